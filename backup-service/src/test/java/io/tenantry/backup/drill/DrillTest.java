package io.tenantry.backup.drill;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.OperationEvents;
import io.tenantry.backup.RecurringJobs;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Drills: backups restored for trial, on the real server. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class DrillTest {

  /** More than run at once. */
  private static final int FLEET = 6;

  @Inject RecurringJobs recurring;

  @Tag("B5")
  @Test
  void drillLeavesEvidenceAndNoDatabase() {
    for (TestTenant tenant : List.of(TestTenant.withDatabase(), TestTenant.withSchema())) {
      JsonPath drill = drill(backUp(tenant.id()));

      assertThat(drill.getString("status")).isEqualTo("passed");
      assertThat(drill.getBoolean("evidence.equal")).isTrue();
      assertThat(drill.getList("evidence.tables.name")).isEqualTo(List.of("settings"));
      assertThat(drill.getList("evidence.tables.expected")).isEqualTo(List.of(2));
      assertThat(drill.getList("evidence.tables.found")).isEqualTo(List.of(2));
      assertThat(drill.getLong("recovery_ms")).isPositive();
      assertNoScratchDatabase();
      await()
          .untilAsserted(
              () ->
                  assertThat(OperationEvents.of(tenant.id(), "io.tenantry.drill.completed.v1"))
                      .singleElement()
                      .satisfies(
                          event ->
                              assertThat(JsonPath.from(event).getString("drill_id"))
                                  .isEqualTo(drill.getString("id"))));
    }
  }

  @Tag("B5")
  @Test
  void drillsBackupOfDeletedTenant() {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());
    tenant.remove();

    assertThat(drill(backup).getString("status")).isEqualTo("passed");
  }

  @Tag("B5")
  @Test
  void drillFailsOnOtherRows() {
    String backup = backUp(TestTenant.withDatabase().id());
    ControlDatabase.execute(
        "UPDATE backup.backups SET manifest = replace(manifest, '\"rows\":2', '\"rows\":3') WHERE backup_id = ?::uuid",
        backup);

    JsonPath job = awaitJob(submit("/api/v1/backups/" + backup + "/drill", "{}"));

    assertThat(job.getString("error.code")).isEqualTo("RESTORE_MISMATCH");
    JsonPath drill = latest(job.getString("tenant_id"));
    assertThat(drill.getString("items[0].status")).isEqualTo("failed");
    assertThat(drill.getBoolean("items[0].evidence.equal")).isFalse();
    assertThat(drill.getInt("items[0].evidence.tables[0].found")).isEqualTo(2);
    assertNoScratchDatabase();
  }

  @Test
  @Tag("P13")
  @Tag("F12")
  void drillSetsOwnersAsRestoreDoes() throws Exception {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute("GRANT CREATE ON SCHEMA public TO tenantry_app");
    tenant.run(
        """
        CREATE FUNCTION reported() RETURNS text LANGUAGE plpgsql AS $$
        BEGIN RAISE WARNING 'drilled=%1$s session_user=%% current_user=%%', session_user, current_user; RETURN 'reported'; END $$;
        CREATE MATERIALIZED VIEW reports AS SELECT reported();
        """
            .formatted(tenant.id()));
    String backup = backUp(tenant.id());
    Path log = LocalStack.shared().postgres().log();
    long logged = Files.size(log);

    String drill = drill(backup).getString("id").replace('-', '_');

    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] text = new byte[(int) (file.length() - logged)];
      file.seek(logged);
      file.readFully(text);
      assertThat(new String(text, StandardCharsets.UTF_8))
          .contains(
              "drilled=%s session_user=drill_%s_o current_user=drill_%s"
                  .formatted(tenant.id(), drill, drill));
    }
    assertNoScratchDatabase();
  }

  @Tag("B5")
  @Test
  void fleetDrillStartsWithTenantsDrilledLeastRecently() {
    List<UUID> fleet =
        IntStream.range(0, FLEET).mapToObj(i -> TestTenant.withDatabase().id()).toList();
    List<String> backups =
        fleet.stream()
            .map(tenant -> submit("/api/v1/tenants/" + tenant + "/backups", "{}"))
            .toList();
    backups.forEach(job -> awaitSuccess(job));
    // The tenants of other tests had a drill just now.
    ControlDatabase.execute(
        """
        INSERT INTO backup.drills (drill_id, tenant_id, backup_id, status, job_id)
        SELECT gen_random_uuid(), tenant_id, backup_id, 'passed', gen_random_uuid()
        FROM backup.backups
        WHERE tenant_id <> ALL (string_to_array(?, ',')::uuid[])
        """,
        fleet.stream().map(UUID::toString).collect(Collectors.joining(",")));

    String job =
        recurring
            .submit(FleetDrillHandler.TYPE, new FleetDrillHandler.Batch(FLEET), Optional.empty())
            .toString();

    assertThat(awaitSuccess(job).getInt("result.tenants")).isEqualTo(FLEET);
    for (UUID tenant : fleet) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> "passed".equals(latest(tenant.toString()).getString("items[0].status")));
    }
    JsonPath one = latest(fleet.getFirst().toString());
    assertThat(one.getBoolean("items[0].evidence.equal")).isTrue();
    assertThat(one.getLong("items[0].recovery_ms")).isPositive();
    await().atMost(Duration.ofMinutes(2)).until(() -> running() == 0);
    assertNoScratchDatabase();
  }

  private static int running() {
    return Integer.parseInt(
        ControlDatabase.column(
                "SELECT count(*) FROM backup.drills WHERE status IN ('pending', 'running')")
            .getFirst());
  }

  private static JsonPath drill(String backup) {
    String drill =
        awaitSuccess(submit("/api/v1/backups/" + backup + "/drill", "{}"))
            .getString("result.drill_id");
    return asAdmin().get("/api/v1/drills/" + drill).jsonPath();
  }

  private static JsonPath latest(String tenant) {
    return asAdmin().queryParam("tenant_id", tenant).get("/api/v1/drills").jsonPath();
  }

  private static void assertNoScratchDatabase() {
    assertThat(
            ControlDatabase.column(
                "SELECT datname FROM pg_database WHERE datname LIKE 'drill%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'drill%'"))
        .isEmpty();
  }
}
