package io.tenantry.backup.report;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reports of what was done; records of March 2024 are the tests' own. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P11")
class ReportTest {

  private static RequestSpecification march() {
    return asAdmin().queryParam("from", "2024-03-01").queryParam("to", "2024-04-01");
  }

  @Test
  void reportsBackupsRestoresAndDrillsByTime() {
    ControlDatabase.execute(
        """
        INSERT INTO backup.backups
          (backup_id, tenant_id, tenant_name, kind, status, job_id, retention_days, error_code, store, object_key, bytes,
           checksum, manifest, requested_at, started_at, completed_at)
        VALUES
          ('00000000-0000-0000-0000-000000000001', gen_random_uuid(), 'x', 'manual', 'expired', gen_random_uuid(), 1, NULL,
           's', 'report-1', 100, 'c', '{}', '2024-03-04T00:00:00Z', '2024-03-04T00:00:01Z', '2024-03-04T00:00:03Z'),
          ('00000000-0000-0000-0000-000000000002', gen_random_uuid(), 'x', 'manual', 'expired', gen_random_uuid(), 1, NULL,
           's', 'report-2', 300, 'c', '{}', '2024-03-05T00:00:00Z', '2024-03-05T00:00:00Z', '2024-03-05T00:00:04Z'),
          ('00000000-0000-0000-0000-000000000003', gen_random_uuid(), 'x', 'manual', 'failed', gen_random_uuid(), 1,
           'STORE_UNAVAILABLE', NULL, NULL, NULL, NULL, NULL, '2024-03-12T00:00:00Z', NULL, NULL)
        """);
    ControlDatabase.execute(
        """
        INSERT INTO backup.drills (drill_id, tenant_id, backup_id, status, job_id, recovery_ms, created_at)
        SELECT gen_random_uuid(), gen_random_uuid(), '00000000-0000-0000-0000-000000000001', status, gen_random_uuid(),
          recovery_ms, '2024-03-06T00:00:00Z'
        FROM (VALUES ('passed', 500), ('failed', NULL)) AS drill (status, recovery_ms)
        """);
    ControlDatabase.execute(
        """
        INSERT INTO backup.restores
          (restore_id, tenant_id, backup_id, source_tenant_id, status, job_id, recovery_ms, created_at)
        VALUES (gen_random_uuid(), gen_random_uuid(), '00000000-0000-0000-0000-000000000001', gen_random_uuid(), 'undone',
          gen_random_uuid(), 700, '2024-03-31T23:59:59Z')
        """);

    march()
        .queryParam("interval", "week")
        .get("/api/v1/reports/backups")
        .then()
        .statusCode(200)
        .body("backups.start", contains("2024-03-04", "2024-03-11"))
        .body("backups[0].completed", equalTo(2))
        .body("backups[0].bytes", equalTo(400))
        .body("backups[0].backup_bytes.median", equalTo(200f))
        .body("backups[0].duration_ms.max", equalTo(4000f))
        .body("backups[1].failed", equalTo(1))
        .body("backups[1].success_rate", equalTo(0f))
        .body("backups[1]", not(hasKey("duration_ms")))
        .body("drills[0].succeeded", equalTo(1))
        .body("drills[0].failed", equalTo(1))
        .body("drills[0].recovery_ms.median", equalTo(500f))
        .body("restores[0].succeeded", equalTo(1))
        .body("failures.STORE_UNAVAILABLE", equalTo(1))
        .body("failures.unknown", equalTo(1));
    march().queryParam("interval", "year").get("/api/v1/reports/backups").then().statusCode(422);
  }

  @Test
  void reportsRealBackupAndShowsItToTenantService() {
    TestTenant tenant = TestTenant.withDatabase();
    JsonPath backup = backup(backUp(tenant.id()));

    asAdmin()
        .get("/api/v1/reports/backups")
        .then()
        .statusCode(200)
        .body("backups[-1].completed", greaterThan(0))
        .body("stored.backups", greaterThan(0))
        .body("stored.bytes", greaterThan(0));
    assertThat(
            ControlDatabase.column(
                "SELECT bytes FROM backup.completed_backups_v1 WHERE tenant_id = ?", tenant.id()))
        .containsExactly(backup.getString("file.bytes"));
  }

  @Test
  void reportsCampaigns() {
    ControlDatabase.execute(
        """
        WITH campaign AS (
          INSERT INTO backup.campaigns
            (campaign_id, blueprint, direction, target_version, status, canary, wave_size, parallelism, max_failure_rate,
             backup_first, lock_timeout_ms, statement_timeout_ms, current_at_start, job_id, created_at, finished_at)
          VALUES (gen_random_uuid(), 'reported', 'forward', 'v2', 'completed', 1, 1, 1, 0.5, false, 1, 1, 4, gen_random_uuid(),
            '2024-03-07T10:00:00Z', '2024-03-07T10:01:00Z')
          RETURNING campaign_id
        )
        INSERT INTO backup.migrations
          (tenant_id, campaign_id, wave, blueprint, direction, from_version, to_version, status, backup_first, lock_timeout_ms,
           statement_timeout_ms, job_id)
        SELECT gen_random_uuid(), campaign_id, 0, 'reported', 'forward', 'v1', 'v2', status, false, 1, 1, gen_random_uuid()
        FROM campaign
        CROSS JOIN unnest(ARRAY['completed', 'completed', 'completed', 'failed', 'skipped']) AS status
        """);

    march()
        .get("/api/v1/reports/campaigns")
        .then()
        .statusCode(200)
        .body("statuses.completed", equalTo(1))
        .body("items", hasSize(1))
        .body("items[0].blueprint", equalTo("reported"))
        .body("items[0].current", equalTo(4))
        .body("items[0].tenants", equalTo(5))
        .body("items[0].failed", equalTo(1))
        .body("items[0].success_rate", equalTo(0.75f))
        .body("items[0].duration_ms", equalTo(60_000));
  }
}
