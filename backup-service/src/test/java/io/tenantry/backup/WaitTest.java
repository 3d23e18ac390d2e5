package io.tenantry.backup;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
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

/** Requests that wait for the end of a backup, a restore or a job. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Timeout(50)
class WaitTest {

  private static Response get(String path, int seconds) {
    return asAdmin().queryParam("wait", seconds).get(path);
  }

  /** The backup waits for a table of the tenant. */
  @Tag("B1")
  @Test
  void answersWhenBackupHasEnded() throws Exception {
    TestTenant tenant = TestTenant.withDatabase();
    String backups = "/api/v1/tenants/" + tenant.id() + "/backups";
    try (Connection session = LocalStack.shared().postgres().connect(tenant.database());
        Statement gate = session.createStatement()) {
      session.setAutoCommit(false);
      gate.execute("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE");
      String job = "/api/v1/jobs/" + submit(backups, "{}");
      assertAnsweredAfter(
          session, "/api/v1/backups/" + asAdmin().get(backups).path("items[0].id"), job);
    }
  }

  /** The restore waits for the catalog of databases, into which it loads the backup. */
  @Tag("B4")
  @Test
  void answersWhenRestoreHasEnded() throws Exception {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    try (Connection session = LocalStack.shared().postgres().connect("postgres");
        Statement gate = session.createStatement()) {
      session.setAutoCommit(false);
      gate.execute("LOCK TABLE pg_database IN SHARE MODE");
      String job =
          "/api/v1/jobs/"
              + submit("/api/v1/restores", "{\"tenant_id\":\"%s\"}".formatted(tenant.id()));
      String restore =
          asAdmin()
              .queryParam("tenant_id", tenant.id())
              .get("/api/v1/restores")
              .path("items[0].id");
      assertAnsweredAfter(session, "/api/v1/restores/" + restore, job);
    }
  }

  private static void assertAnsweredAfter(Connection gate, String operation, String job)
      throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> ended = clients.submit(() -> get(operation, 60));
      Future<Response> jobEnded = clients.submit(() -> get(job, 60));
      assertThat(get(operation, 1).<String>path("status")).isIn("pending", "running");
      assertThat(ended).isNotDone();
      assertThat(jobEnded).isNotDone();

      gate.rollback();

      ended.get().then().statusCode(200).body("status", equalTo("completed"));
      jobEnded.get().then().statusCode(200).body("status", equalTo("completed"));
    }
    get(operation, 60).then().body("status", equalTo("completed"));
  }

  @Tag("B1")
  @Tag("B4")
  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/backups/", "/api/v1/restores/", "/api/v1/jobs/"})
  void doesNotWaitForUnknownOperationOrInvalidTime(String path) {
    get(path + UUID.randomUUID(), 60).then().statusCode(404);
    get(path + UUID.randomUUID(), 61).then().statusCode(422).body("errors.field", contains("wait"));
  }
}
