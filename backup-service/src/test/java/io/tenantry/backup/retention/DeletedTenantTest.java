package io.tenantry.backup.retention;

import static io.tenantry.backup.BackupApi.SCHEDULES;
import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.tenantry.backup.TenantEvents;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tenant's retention rule applies to its backups after its deletion. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F14")
@Tag("P13")
class DeletedTenantTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestTenant tenant = TestTenant.withDatabase();

  @Test
  void keepsGrandfathersAndFinalBackup() {
    asAdmin()
        .contentType(ContentType.JSON)
        .body(
            """
            {"cron": "0 0 4 * * ?", "retention_days": 1, "keep": {"daily": 7, "weekly": 4, "monthly": 12}}
            """)
        .put(SCHEDULES + "/" + tenant.id())
        .then()
        .statusCode(200);
    String grandfather = backUp(tenant.id());
    age(grandfather, 40);

    String last;
    try (TenantEvents events = new TenantEvents()) {
      tenant.setStatus("deleting");
      events.publishDeleting(tenant.id(), UUID.randomUUID());
      last = await().atMost(LIMIT).until(this::finalBackup, found -> found != null);
      tenant.remove();
      events.publishDeleted(tenant.id());
      await()
          .atMost(LIMIT)
          .until(() -> asAdmin().get(SCHEDULES + "/" + tenant.id()).statusCode() == 404);
    }
    age(last, 60);

    awaitSuccess(submit("/api/v1/retention/run", ""));

    assertThat(backup(grandfather).getString("status")).isEqualTo("completed");
    assertThat(backup(last).getString("status")).isEqualTo("completed");
    // Not the number of days that does not count.
    assertThat(backup(last).getInt("retention_days")).isEqualTo(30);
  }

  private String finalBackup() {
    List<String> found =
        ControlDatabase.column(
            "SELECT backup_id FROM backup.backups WHERE tenant_id = ? AND kind = 'final' AND status = 'completed'",
            tenant.id());
    return found.isEmpty() ? null : found.getFirst();
  }

  private static void age(String backup, int days) {
    ControlDatabase.execute(
        "UPDATE backup.backups SET completed_at = now() - make_interval(days => ?) WHERE backup_id = ?::uuid",
        days,
        backup);
  }
}
