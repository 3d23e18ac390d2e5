package io.tenantry.tenant.registry;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.JobApi;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that wait for the end of a job, or of a change of a tenant. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Timeout(50)
class WaitTest {

  private static Response get(String path, int seconds) {
    return asAdmin().queryParam("wait", seconds).get(path);
  }

  @Test
  @Tag("T9")
  void answersWhenJobHasEndedAndTenantIsActive() throws Exception {
    Future<Response> job;
    Future<Response> tenant;
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        Connection cluster = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
        Statement gate = cluster.createStatement()) {
      // No database can be created, so the job stays in progress.
      cluster.setAutoCommit(false);
      gate.execute("LOCK TABLE pg_database IN SHARE MODE");
      JsonPath submitted =
          asAdmin()
              .header("Prefer", "respond-async")
              .body(body(newName()))
              .post(TENANTS)
              .then()
              .statusCode(202)
              .extract()
              .jsonPath();
      UUID id = submitted.getUUID("id");
      String path = TENANTS + "/" + submitted.getString("tenant_id");
      job = clients.submit(() -> get("/api/v1/jobs/" + id, 60));
      tenant = clients.submit(() -> get(path, 60));
      await().until(() -> JobApi.get(id).getString("status").equals("running"));

      assertThat(get("/api/v1/jobs/" + id, 1).<String>path("status")).isEqualTo("running");
      assertThat(get(path, 1).<String>path("status")).isEqualTo("provisioning");
      assertThat(job).isNotDone();
      assertThat(tenant).isNotDone();
      cluster.rollback();

      job.get().then().statusCode(200).body("status", equalTo("completed"));
      tenant.get().then().statusCode(200).body("status", equalTo("active"));
    }
  }

  @Test
  @Tag("T11")
  void answersWhenTenantIsDeleted() throws Exception {
    String tenant = TENANTS + "/" + createTenant(newName());
    asAdmin().delete(tenant).then().statusCode(202);
    try (ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> answer = client.submit(() -> get(tenant, 60));
      // The final backup, which nothing makes, is still awaited.
      assertThat(get(tenant, 1).<String>path("status")).isEqualTo("deleting");

      asAdmin().delete(tenant + "?final_backup=false");

      answer.get().then().statusCode(404).body("code", equalTo("TENANT_NOT_FOUND"));
    }
  }

  @Test
  @Tag("T11")
  void answersWhenSuspensionIsAppliedOnCluster() throws Exception {
    UUID id = createTenant(newName());
    String tenant = TENANTS + "/" + id;
    try (ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> answer;
      Postgres.execute(Postgres.MAINTENANCE, "ALTER ROLE tenantry_admin NOCREATEROLE");
      try {
        asAdmin().post(tenant + "/suspend").then().statusCode(202);
        answer = client.submit(() -> get(tenant, 60));
        assertThat(get(tenant, 1).<String>path("status")).isEqualTo("suspended");
        assertThat(answer).isNotDone();
      } finally {
        Postgres.execute(Postgres.MAINTENANCE, "ALTER ROLE tenantry_admin CREATEROLE");
      }

      answer.get().then().statusCode(200).body("status", equalTo("suspended"));
    }
    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                "SELECT lease_expires_at IS NULL FROM control_plane.tenants WHERE tenant_id = ?",
                id))
        .isEqualTo("t");
  }

  @Test
  @Tag("T9")
  void doesNotWaitForWhatIsDoneOrUnknown() {
    get(TENANTS + "/" + createTenant(newName()), 60)
        .then()
        .statusCode(200)
        .body("status", equalTo("active"));
    get(TENANTS + "/" + UUID.randomUUID(), 60).then().statusCode(404);
    get("/api/v1/jobs/" + UUID.randomUUID(), 60).then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"61", "-1", "1.5", "soon", "007"})
  @Tag("T19")
  void refusesInvalidTime(String seconds) {
    for (String path : new String[] {TENANTS + "/", "/api/v1/jobs/"}) {
      asAdmin()
          .queryParam("wait", seconds)
          .get(path + UUID.randomUUID())
          .then()
          .statusCode(422)
          .body("errors.field", contains("wait"));
    }
  }
}
