package io.tenantry.backup.schedule;

import static io.tenantry.backup.BackupApi.SCHEDULES;
import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.tenantry.backup.OperationEvents;
import io.tenantry.backup.TenantEvents;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Schedules fire, and plan what they fire. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class ScheduledBackupsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Tag("B2")
  @Test
  void backsUpTenantWhenItsScheduleFires() {
    TestTenant tenant = TestTenant.withDatabase();
    try (TenantEvents events = new TenantEvents()) {
      events.publishProvisioned(tenant.id());
    }
    Schedules.awaitSchedule(tenant.id());

    letFire(tenant.id());

    await()
        .atMost(LIMIT)
        .until(() -> backups(tenant.id(), "items.status").equals(List.of("completed")));
    assertThat(backups(tenant.id(), "items.kind")).containsExactly("scheduled");
    assertThat(backups(tenant.id(), "items.retention_days").toString()).isEqualTo("[30]");
    // What was missed is made up for once; the next is tomorrow's.
    await().atMost(LIMIT).until(() -> due(tenant.id()).equals("future"));
  }

  @Tag("B2")
  @Test
  void changesAndDisablesSchedule() {
    TestTenant tenant = TestTenant.withDatabase();
    put(
            tenant.id(),
            "{\"cron\": \"0 0 4 * * ?\", \"retention_days\": 7, \"keep\": {\"daily\": 7, \"weekly\": 4, \"monthly\": 12}}")
        .then()
        .statusCode(200)
        .body("cron", equalTo("0 0 4 * * ?"))
        .body("keep.weekly", equalTo(4))
        .body("enabled", equalTo(true));
    assertThat(due(tenant.id())).isEqualTo("future");

    put(tenant.id(), "{\"cron\": \"0 0 5 * * ?\", \"retention_days\": 7, \"enabled\": false}")
        .then()
        .statusCode(200)
        .body("enabled", equalTo(false));
    letFire(tenant.id());
    await().atMost(LIMIT).until(() -> due(tenant.id()).equals("future"));

    assertThat(backups(tenant.id(), "items.kind")).isEmpty();
  }

  @Tag("B2")
  @Test
  void refusesInvalidSchedule() {
    TestTenant tenant = TestTenant.withDatabase();

    put(tenant.id(), "{\"cron\": \"at night\", \"retention_days\": 7}")
        .then()
        .statusCode(422)
        .body("errors.field", equalTo(List.of("cron")));
    put(tenant.id(), "{\"retention_days\": 0}")
        .then()
        .statusCode(422)
        .body("errors.size()", equalTo(2));
    put(UUID.randomUUID(), "{\"cron\": \"0 0 4 * * ?\", \"retention_days\": 7}")
        .then()
        .statusCode(404)
        .body("code", equalTo("TENANT_NOT_FOUND"));
  }

  @Tag("B2")
  @Test
  void deletionTakesFinalBackupAndRemovesSchedule() {
    TestTenant tenant = TestTenant.withDatabase();
    UUID deletion = UUID.randomUUID();
    try (TenantEvents events = new TenantEvents()) {
      events.publishProvisioned(tenant.id());
      Schedules.awaitSchedule(tenant.id());
      awaitSuccess(submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}"));
      String restored =
          awaitSuccess(submit("/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id())))
              .getString("result.restore_id");
      tenant.setStatus("deleting");

      events.publishDeleting(tenant.id(), deletion);

      await()
          .atMost(LIMIT)
          .until(
              () ->
                  OperationEvents.of(tenant.id(), "io.tenantry.backup.completed.v1").stream()
                      .anyMatch(event -> event.contains(deletion.toString())));
      assertThat(backups(tenant.id(), "items.kind")).contains("final");
      // Nothing is left that would keep the role from being dropped.
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  asAdmin().get("/api/v1/restores/" + restored).path("former.dropped_at") != null);
      tenant.remove();
      events.publishDeleted(tenant.id());
      await().atMost(LIMIT).until(() -> Schedules.of(tenant.id()).extract().statusCode() == 404);
    }
    assertThat(backups(tenant.id(), "items.status")).containsOnly("completed");
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void tenantServiceReadsOnlyProofOfFinalBackup() throws SQLException {
    TestTenant tenant = TestTenant.withDatabase();
    UUID deletion = UUID.randomUUID();
    ControlPlane.setStatus(tenant.id(), "deleting");
    try (TenantEvents events = new TenantEvents()) {
      events.publishDeleting(tenant.id(), deletion);
    }

    await()
        .atMost(LIMIT)
        .until(
            () -> proof(tenant.id()),
            proof -> proof.equals(List.of("final " + deletion + " completed true")));
    assertThat(
            ControlDatabase.column(
                """
                SELECT relname
                FROM pg_class
                WHERE relnamespace = 'backup'::regnamespace
                  AND has_table_privilege('tenant_service', oid, 'SELECT, INSERT, UPDATE, DELETE')
                """))
        .containsExactlyInAnyOrder("backups_v1", "completed_backups_v1");
    assertThat(
            ControlDatabase.column(
                "SELECT has_table_privilege('tenant_service', 'backup.backups_v1', 'INSERT, UPDATE, DELETE')"))
        .containsExactly("f");
  }

  /** What tenant-service's own role reads of a tenant's backups. */
  private static List<String> proof(UUID tenant) throws SQLException {
    LocalStack stack = LocalStack.shared();
    try (Connection connection =
            stack
                .postgres()
                .connect(
                    ControlDatabase.NAME,
                    "tenant_service",
                    stack.environment().get("CONTROL_DATABASE_PASSWORD"));
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT concat_ws(' ', kind, deletion_id, status, (completed_at IS NOT NULL)::text) FROM backup.backups_v1 WHERE tenant_id = ?")) {
      query.setObject(1, tenant);
      List<String> rows = new ArrayList<>();
      try (ResultSet result = query.executeQuery()) {
        while (result.next()) {
          rows.add(result.getString(1));
        }
      }
      return rows;
    }
  }

  private static Response put(UUID tenant, String body) {
    return asAdmin().contentType(ContentType.JSON).body(body).put(SCHEDULES + "/" + tenant);
  }

  /** As if the service had been away when it was due. */
  private static void letFire(UUID tenant) {
    ControlDatabase.execute(
        "UPDATE backup.scheduled_tasks SET execution_time = now() - interval '3 days' WHERE task_name = 'scheduled_backup' AND task_instance = ?",
        tenant.toString());
  }

  private static String due(UUID tenant) {
    return ControlDatabase.column(
            """
            SELECT CASE WHEN execution_time > now() THEN 'future' ELSE 'past' END
            FROM backup.scheduled_tasks
            WHERE task_name = 'scheduled_backup' AND task_instance = ?
            """,
            tenant.toString())
        .getFirst();
  }

  private static List<String> backups(UUID tenant, String path) {
    return asAdmin().get("/api/v1/tenants/" + tenant + "/backups").path(path);
  }
}
