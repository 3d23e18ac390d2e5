package io.tenantry.tenant.project;

import static io.tenantry.tenant.TenantApi.asAdmin;

import java.util.UUID;

/** Projects as an admin of the tests uses them. */
public final class ProjectApi {

  public static final String PROJECTS = "/api/v1/projects";

  private ProjectApi() {}

  /** Registers a project. */
  public static UUID register(String name) {
    return UUID.fromString(
        asAdmin()
            .body(
                "{\"name\":\"%s\",\"owner_id\":\"owner-1\",\"organization_id\":\"org-1\"}"
                    .formatted(name))
            .post(PROJECTS)
            .then()
            .statusCode(201)
            .extract()
            .path("project_id"));
  }

  /** What a project is to be, as REST and commands take it. */
  public static String payload(UUID project) {
    return """
        {"project_id":"%s","region":"us-east-1","services":{"auth":true,"realtime":false,"storage":true},
         "api_keys":{"count":2,"prefix":"nm"},"owner_id":"owner-1","organization_id":"org-1"}
        """
        .formatted(project);
  }

  /** Asks for a project to be provisioned; returns the job's id. */
  public static UUID provision(UUID project) {
    return UUID.fromString(
        asAdmin()
            .body(payload(project))
            .post(PROJECTS + "/" + project + "/provision")
            .then()
            .statusCode(202)
            .extract()
            .path("id"));
  }
}
