package io.tenantry.tenant.project;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static io.tenantry.tenant.project.ProjectApi.PROJECTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.tenant.JobApi;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Projects: registered, provisioned by a job, refused where they cannot be. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ProjectTest {

  @Test
  @Tag("T14")
  void registersProjectWithoutProvisioningIt() {
    String name = newName();
    UUID project = ProjectApi.register(name);

    asAdmin()
        .get(PROJECTS + "/" + project)
        .then()
        .statusCode(200)
        .body("name", equalTo(name))
        .body("status", equalTo("registered"))
        .body("owner_id", equalTo("owner-1"))
        .body("database", nullValue());
    asAdmin().get(PROJECTS).then().statusCode(200);
    asAdmin()
        .body("{\"name\":\"%s\"}".formatted(name))
        .post(PROJECTS)
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_NAME_TAKEN"));
    assertThat(Postgres.recordedDatabases()).doesNotContain(databaseName(project));
  }

  private static String databaseName(UUID project) {
    return "tenant_" + project.toString().replace('-', '_');
  }

  @Test
  @Tag("T14")
  void provisionsARegisteredProject() {
    UUID project = ProjectApi.register(newName());

    JsonPath job = JobApi.awaitEnd(ProjectApi.provision(project));

    assertThat(job.getString("status")).isEqualTo("completed");
    assertThat(job.getString("tenant_id")).isEqualTo(project.toString());
    assertThat(job.getString("result.database.name")).isEqualTo(databaseName(project));
    assertThat(job.getList("result.services.type")).containsExactly("auth", "storage");
    assertThat(job.getList("result.api_keys")).hasSize(2);
    assertThat(job.getMap("result.metadata")).isNotNull();
    assertThat(
            Postgres.column(
                databaseName(project),
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
        .contains("schema_migrations", "settings", "audit_logs");
    asAdmin().get(PROJECTS + "/" + project).then().body("status", equalTo("active"));
    asAdmin().get(PROJECTS).then().body("items.project_id", hasItem(project.toString()));
  }

  @Test
  @Tag("T14")
  void answersWithJobInProgress() {
    UUID project = ProjectApi.register(newName());

    UUID first = ProjectApi.provision(project);
    String answer =
        asAdmin()
            .body(ProjectApi.payload(project))
            .post(PROJECTS + "/" + project + "/provision")
            .asString();

    JobApi.awaitEnd(first);
    assertThat(answer)
        .containsAnyOf(first.toString(), "PROJECT_ALREADY_PROVISIONED", "TENANT_BUSY");
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT status FROM control_plane.tenants WHERE tenant_id = ?",
                project))
        .containsExactly("active");
  }

  @Test
  @Tag("T14")
  void refusesAProjectThatCannotBeProvisioned() {
    UUID provisioned = ProjectApi.register(newName());
    JobApi.awaitEnd(ProjectApi.provision(provisioned));
    refused(provisioned, 409, "PROJECT_ALREADY_PROVISIONED");

    asAdmin().post(TENANTS + "/" + provisioned + "/suspend").then().statusCode(200);
    refused(provisioned, 409, "PROJECT_SUSPENDED");

    asAdmin().delete(TENANTS + "/" + provisioned + "?final_backup=false").then().statusCode(204);
    refused(provisioned, 404, "PROJECT_NOT_FOUND");
    refused(UUID.randomUUID(), 404, "PROJECT_NOT_FOUND");
    refused(createTenant(newName()), 404, "PROJECT_NOT_FOUND");
  }

  private static void refused(UUID project, int status, String code) {
    asAdmin()
        .body("{}")
        .post(PROJECTS + "/" + project + "/provision")
        .then()
        .statusCode(status)
        .body("code", equalTo(code));
  }

  @Test
  @Tag("T14")
  void deletesRegisteredProjectAndFreesName() {
    String name = newName();
    UUID project = ProjectApi.register(name);

    asAdmin().delete(TENANTS + "/" + project).then().statusCode(204);

    asAdmin().get(PROJECTS + "/" + project).then().statusCode(404);
    ProjectApi.register(name);
  }

  @Test
  @Tag("T14")
  void namesEveryInvalidField() {
    asAdmin()
        .body("{\"name\":\"a b\",\"environment\":\"moon\",\"region\":\"nowhere\",\"extra\":1}")
        .post(PROJECTS)
        .then()
        .statusCode(422)
        .body("errors.field.sort()", contains("environment", "extra", "name", "region"));
    UUID project = ProjectApi.register(newName());
    asAdmin()
        .body(
            "{\"project_id\":\"%s\",\"api_keys\":{\"count\":0},\"services\":{\"mail\":true}}"
                .formatted(project))
        .post(PROJECTS + "/" + project + "/provision")
        .then()
        .statusCode(422)
        .body("errors.field.sort()", contains("api_keys.count", "services.mail"));
    asAdmin()
        .body("{\"project_id\":\"%s\"}".formatted(UUID.randomUUID()))
        .post(PROJECTS + "/" + project + "/provision")
        .then()
        .statusCode(422)
        .body("errors.field", contains("project_id"));
  }
}
