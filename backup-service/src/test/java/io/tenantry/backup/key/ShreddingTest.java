package io.tenantry.backup.key;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.OperationEvents;
import io.tenantry.backup.TenantEvents;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tenant whose backup key was destroyed has none until a new key is requested. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F26")
@Tag("P13")
class ShreddingTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestTenant tenant = TestTenant.withDatabase();
  private final String backups = "/api/v1/tenants/" + tenant.id() + "/backups";

  @Test
  void backupsAreShreddedAndNotDamaged() {
    String old = backUp(tenant.id());
    shred();

    assertThat(backup(old).getString("status")).isEqualTo("shredded");
    assertThat(backup(old).getString("error")).isEqualTo("BACKUP_KEY_DESTROYED");
    assertThat(error(verify(old))).isEqualTo("BACKUP_KEY_DESTROYED");
    asAdmin()
        .queryParam("status", "shredded")
        .get(backups)
        .then()
        .body("items.id", equalTo(List.of(old)));
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"tenant_id\": \"%s\", \"backup_id\": \"%s\"}".formatted(tenant.id(), old))
        .post("/api/v1/restores")
        .then()
        .body("code", equalTo("BACKUP_KEY_DESTROYED"));

    String next =
        awaitSuccess(submit(backups, "{\"new_key\": true}")).getString("result.backup_id");

    assertThat(backup(next).getString("status")).isEqualTo("completed");
    assertThat(backup(next).getString("key_id")).isNotEqualTo(backup(old).getString("key_id"));
    // The new key is none for it.
    assertThat(error(verify(old))).isEqualTo("BACKUP_KEY_DESTROYED");
    assertThat(backup(old).getString("verification")).isNull();
    assertThat(backup(old).getString("status")).isEqualTo("shredded");
    awaitSuccess(verify(next));
    backUp(tenant.id());
  }

  @Test
  void backsUpAgainOnlyWithNewKey() {
    backUp(tenant.id());
    shred();

    asAdmin()
        .contentType(ContentType.JSON)
        .body("{}")
        .post(backups)
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_SHREDDED"));
    // By a command, which has no response.
    try (TenantEvents commands = new TenantEvents("tenantry.backup-jobs")) {
      commands.publish(
          TenantEvents.headers(UUID.randomUUID(), "io.tenantry.backup.requested.v1"),
          "{\"tenant_id\": \"%s\"}".formatted(tenant.id()));
    }
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ControlDatabase.column(
                    "SELECT error_code FROM backup.backups WHERE tenant_id = ? AND status = 'failed'",
                    tenant.id()),
            found -> found.equals(List.of("TENANT_SHREDDED")));
    assertThat(keys()).isZero();
  }

  @Test
  void shredsTenantWithoutBackups() {
    shred();

    asAdmin()
        .contentType(ContentType.JSON)
        .body("{}")
        .post(backups)
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_SHREDDED"));
    shred();
  }

  @Test
  void finalBackupFailsAndCreatesNoKey() {
    backUp(tenant.id());
    shred();
    UUID deletion = UUID.randomUUID();
    tenant.setStatus("deleting");

    try (TenantEvents events = new TenantEvents()) {
      events.publishDeleting(tenant.id(), deletion);
    }

    String event =
        await()
            .atMost(LIMIT)
            .until(
                () -> OperationEvents.of(tenant.id(), "io.tenantry.backup.failed.v1"),
                found -> found.size() == 1)
            .getFirst();
    assertThat(event).contains("TENANT_SHREDDED", deletion.toString(), "\"final\"");
    assertThat(keys()).isZero();
  }

  @Test
  void scheduleCreatesNoBackup() {
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"cron\": \"0 0 4 * * ?\", \"retention_days\": 7}")
        .put("/api/v1/schedules/" + tenant.id())
        .then()
        .statusCode(200);
    backUp(tenant.id());
    shred();
    String due = due();

    ControlDatabase.execute(
        "UPDATE backup.scheduled_tasks SET execution_time = now() WHERE task_name = 'scheduled_backup' AND task_instance = ?",
        tenant.id().toString());

    await().atMost(LIMIT).until(() -> due.equals(due()));
    asAdmin().get(backups).then().body("items.kind", equalTo(List.of("manual")));
    assertThat(keys()).isZero();
  }

  @Test
  void discardsBackupInProgress() throws Exception {
    tenant.execute("CREATE TABLE held (x int)");
    String job;
    try (Connection lock = tenant.connectAsOwner()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE held");
      job = submit(backups, "{}");
      await().atMost(LIMIT).until(() -> keys() == 1);
      shred();
    }

    assertThat(error(job)).isEqualTo("TENANT_SHREDDED");
    assertThat(StoresResource.FOLDER.resolve(tenant.id().toString())).doesNotExist();
    assertThat(keys()).isZero();
  }

  @Test
  void doesNotCreateKeyRequestedBefore() throws Exception {
    backUp(tenant.id());
    shred();
    String job;
    ControlDatabase.execute(
        "INSERT INTO backup.tenant_leases VALUES (?, 'RESTORE', gen_random_uuid(), now() + interval '1 hour')",
        tenant.id());
    job = submit(backups, "{\"new_key\": true}");
    ControlDatabase.execute(
        "INSERT INTO backup.destroyed_keys VALUES (gen_random_uuid(), ?, now() + interval '1 second')",
        tenant.id());
    ControlDatabase.execute("DELETE FROM backup.tenant_leases WHERE tenant_id = ?", tenant.id());

    assertThat(error(job)).isEqualTo("TENANT_SHREDDED");
    assertThat(keys()).isZero();
  }

  private void shred() {
    asAdmin().delete("/api/v1/tenants/" + tenant.id() + "/backup-key").then().statusCode(204);
  }

  private int keys() {
    return ControlDatabase.column(
            "SELECT 1 FROM backup.tenant_keys WHERE tenant_id = ?", tenant.id())
        .size();
  }

  private String due() {
    JsonPath schedule = asAdmin().get("/api/v1/schedules/" + tenant.id()).jsonPath();
    return schedule.getString("next_due_at");
  }

  private static String verify(String backup) {
    return submit("/api/v1/backups/" + backup + "/verify", "{}");
  }

  private static String error(String job) {
    return awaitJob(job).getString("error.code");
  }
}
