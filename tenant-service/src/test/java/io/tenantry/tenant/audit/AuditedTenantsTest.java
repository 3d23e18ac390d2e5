package io.tenantry.tenant.audit;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.JobApi;
import io.tenantry.tenant.Marks;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.project.ProjectApi;
import io.tenantry.testing.AuditContract;
import io.tenantry.testing.LocalStackResource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every action on a tenant is found by that tenant, wherever the request named it. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("A1")
class AuditedTenantsTest {

  private static final Set<String> WITHOUT_TENANT =
      Set.of(
          "POST /api/v1/api-keys/validate",
          "PUT /api/v1/blueprints/{name}",
          "POST /api/v1/blueprints/{name}/validate",
          "POST /api/v1/clusters",
          "DELETE /api/v1/clusters/{name}",
          "PATCH /api/v1/clusters/{name}",
          "POST /api/v1/encryption/rewrap",
          "POST /api/v1/recovery/installation",
          "POST /api/v1/webhooks/endpoints",
          "PATCH /api/v1/webhooks/endpoints/{endpoint_id}",
          "DELETE /api/v1/webhooks/endpoints/{endpoint_id}",
          "POST /api/v1/webhooks/endpoints/{endpoint_id}/pause",
          "POST /api/v1/webhooks/endpoints/{endpoint_id}/resume",
          "POST /api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret",
          "POST /api/v1/webhooks/endpoints/{endpoint_id}/test",
          "POST /api/v1/webhooks/endpoints/{endpoint_id}/recover",
          "POST /api/v1/webhooks/endpoints/{endpoint_id}/replay",
          "POST /api/v1/webhooks/deliveries/{delivery_id}/resend");

  /** Operations whose path does not name their tenant, with a request of each. */
  private static final Map<String, Supplier<UUID>> NAMED = new LinkedHashMap<>();

  static {
    NAMED.put("POST /api/v1/tenants", () -> createTenant(newName()));
    NAMED.put("POST /api/v1/projects", () -> ProjectApi.register(newName()));
    NAMED.put("POST /api/v1/jobs/{job_id}/cancel", () -> post("/cancel"));
    NAMED.put("POST /api/v1/jobs/{job_id}/api-keys/collect", () -> post("/api-keys/collect"));
    NAMED.put("POST /api/v1/orphans/reap", AuditedTenantsTest::reap);
    NAMED.put("POST /api/v1/recovery/run", AuditedTenantsTest::recover);
  }

  private static UUID post(String path) {
    UUID project = ProjectApi.register(newName());
    UUID job = ProjectApi.provision(project);
    JobApi.awaitEnd(job);
    asAdmin().post("/api/v1/jobs/" + job + path);
    return project;
  }

  /** Two, so that the row has several tenants. */
  private static UUID reap() {
    orphan();
    UUID tenant = orphan();
    asAdmin().post("/api/v1/orphans/reap").then().statusCode(200);
    // The roles go when their databases are gone, and no other test finds them.
    asAdmin().post("/api/v1/orphans/reap").then().statusCode(200);
    return tenant;
  }

  private static UUID orphan() {
    UUID tenant = createTenant(newName());
    String database = asAdmin().get(TENANTS + "/" + tenant).then().extract().path("database.name");
    Marks.change(database, "tenant", "pool");
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenant_databases WHERE tenant_id = '%s'".formatted(tenant));
    return tenant;
  }

  private static UUID recover() {
    UUID tenant = createTenant(newName());
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET blueprint_version = 'ffffffffffff' WHERE tenant_id = '%s'"
            .formatted(tenant));
    asAdmin().post("/api/v1/recovery/run").then().statusCode(200);
    return tenant;
  }

  @Test
  void knowsHowTheTenantOfEachOperationIsFound() {
    AuditContract.check(NAMED.keySet(), WITHOUT_TENANT);
  }

  static Set<String> operations() {
    return NAMED.keySet();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void findsTheActionByItsTenant(String operation) {
    UUID tenant = NAMED.get(operation).get();

    asAdmin()
        .queryParam("tenant_id", tenant)
        .get("/api/v1/audit")
        .then()
        .statusCode(200)
        .body("items.action", hasItem(operation))
        .body("items.tenant_ids", everyItem(hasItem(tenant.toString())));
  }

  @Test
  void findsWhatAPathNamesAsAProject() {
    UUID project = ProjectApi.register(newName());
    ProjectApi.provision(project);

    asAdmin()
        .queryParam("tenant_id", project)
        .get("/api/v1/audit")
        .then()
        .body("items.action", hasItem("POST /api/v1/projects/{project_id}/provision"));
  }
}
