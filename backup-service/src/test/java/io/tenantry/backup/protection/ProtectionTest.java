package io.tenantry.backup.protection;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code /api/v1/protection} answers. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P6")
class ProtectionTest {

  @Test
  void showsNewestGoodBackupAndMeasuredTimeToRecover() {
    TestTenant tenant = TestTenant.withDatabase();
    assertThat(of(tenant.id()).getString("status")).isEqualTo("no_backup");
    assertThat(of(tenant.id()).getString("backup")).isNull();

    String older = backUp(tenant.id());
    String backup = backUp(tenant.id());
    assertThat(of(tenant.id()).getString("status")).isEqualTo("not_drilled");

    awaitJob(submit("/api/v1/backups/" + older + "/drill", "{}"));

    JsonPath good = of(tenant.id());
    assertThat(good.getString("status")).isEqualTo("good");
    assertThat(good.getString("backup.id")).isEqualTo(backup);
    assertThat(good.getLong("backup.bytes")).isPositive();
    assertThat(good.getLong("drill.recovery_ms")).isPositive();
    assertThat(good.getBoolean("drill.passed")).isTrue();
    assertThat(summary("good")).isPositive();
  }

  @Test
  void damagedBackupIsNotGoodAndFailedOneIsReported() {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());
    ControlDatabase.execute(
        """
        INSERT INTO backup.backups (backup_id, tenant_id, tenant_name, kind, status, job_id, retention_days, error_code)
        SELECT gen_random_uuid(), tenant_id, tenant_name, kind, 'failed', job_id, retention_days, 'STORE_UNAVAILABLE'
        FROM backup.backups
        WHERE backup_id = ?::uuid
        """,
        backup);

    JsonPath failed = of(tenant.id());
    assertThat(failed.getString("status")).isEqualTo("backup_failed");
    assertThat(failed.getString("failure.code")).isEqualTo("STORE_UNAVAILABLE");
    assertThat(failed.getString("backup.id")).isEqualTo(backup);

    ControlDatabase.execute(
        "UPDATE backup.backups SET verification = 'damaged', verified_at = now() WHERE backup_id = ?::uuid",
        backup);

    assertThat(of(tenant.id()).getString("status")).isEqualTo("no_backup");
    assertThat(summary("no_backup")).isPositive();
  }

  @Test
  void findsTenantsByPartOfNameAndStatus() {
    TestTenant tenant = TestTenant.withDatabase();
    String part = nameOf(tenant.id()).substring(1).toUpperCase(Locale.ROOT);

    JsonPath found = list("name", part);
    assertThat(found.getList("items.tenant_id", UUID.class)).containsExactly(tenant.id());
    assertThat(list("status", "good").getList("items.status")).doesNotContain("no_backup");
    asAdmin().queryParam("status", "fine").get("/api/v1/protection").then().statusCode(422);
  }

  private static JsonPath of(UUID tenant) {
    return list("name", nameOf(tenant)).setRootPath("items[0]");
  }

  private static String nameOf(UUID tenant) {
    return ControlDatabase.column(
            "SELECT name FROM control_plane.tenants_v1 WHERE tenant_id = ?::uuid", tenant)
        .getFirst();
  }

  private static long summary(String status) {
    return asAdmin().get("/api/v1/protection/summary").jsonPath().getLong(status);
  }

  private static JsonPath list(String parameter, String value) {
    return asAdmin()
        .queryParam(parameter, value)
        .get("/api/v1/protection")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }
}
