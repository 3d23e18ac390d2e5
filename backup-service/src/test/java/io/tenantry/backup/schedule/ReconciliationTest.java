package io.tenantry.backup.schedule;

import static io.restassured.RestAssured.given;
import static io.tenantry.backup.BackupApi.SCHEDULES;
import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.backup.Registry;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Schedules follow the registry of tenants, also where events were lost. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("F18")
@Tag("P13")
class ReconciliationTest {

  private static final String RECONCILIATION = SCHEDULES + "/reconciliation";

  @Inject ScheduleReconciliation reconciliation;

  /** Other tests leave schedules of unknown tenants and tenants without schedules. */
  @BeforeEach
  void startWithoutDifferences() {
    Registry.addTenant();
    ControlDatabase.execute(
        """
        DELETE FROM backup.schedules
        WHERE tenant_id NOT IN (
          SELECT tenant_id FROM control_plane.tenants_v1 WHERE is_live)
        """);
    reconciliation.reconcile(false);
  }

  @Test
  void enrolsTenantWhoseEventWasLost() {
    UUID active = Registry.addTenant();
    UUID suspended = Registry.addTenant("suspended");
    UUID unfinished = Registry.addTenant("provisioning");
    asAdmin()
        .get(RECONCILIATION)
        .then()
        .statusCode(200)
        .body("missing.count", equalTo(2))
        .body("missing.tenants", hasItem(active.toString()))
        .body("$", not(hasKey("held")));

    reconcile("").body("enrolled", equalTo(2)).body("missing.count", equalTo(0));

    Schedules.of(active)
        .statusCode(200)
        .body("cron", equalTo("0 0 2 * * ?"))
        .body("retention_days", equalTo(30))
        .body("enabled", equalTo(true));
    Schedules.of(suspended).statusCode(200);
    Schedules.of(unfinished).statusCode(404);
    assertThat(planned(active)).isOne();
    reconcile("").body("enrolled", equalTo(0));
  }

  /** A comparison reads all tenants, and consoles ask often. */
  @Test
  void showsTheLastComparisonIfItIsNotOlderThanMaxAge() {
    UUID missing = Registry.addTenant();

    differences("?max_age=3600").body("missing.count", equalTo(0));
    differences("").body("missing.tenants", hasItem(missing.toString()));
    differences("?max_age=3600").body("missing.tenants", hasItem(missing.toString()));
    reconcile("").body("enrolled", equalTo(1));
    differences("?max_age=3600").body("missing.count", equalTo(0)).body("enrolled", equalTo(0));
    asAdmin().get(RECONCILIATION + "?max_age=soon").then().statusCode(422);
  }

  private static ValidatableResponse differences(String query) {
    return asAdmin().get(RECONCILIATION + query).then().statusCode(200);
  }

  @Test
  void enrolsWithBlueprintsPolicy() {
    TestBlueprint blueprint = TestBlueprint.Isolation.DATABASE.blueprint();
    blueprint.with("V1__cars.sql", "CREATE TABLE cars (id int PRIMARY KEY);").store();
    UUID tenant = Registry.addTenant();
    Registry.setPolicy(tenant, blueprint, "0 45 1 ? * SUN", 14);

    reconciliation.reconcile(false);

    Schedules.of(tenant)
        .body("cron", equalTo("0 45 1 ? * SUN"))
        .body("retention_days", equalTo(14));
  }

  @Test
  void enrolsWithDefaultIfBlueprintsPolicyNeverFires() {
    TestBlueprint blueprint = TestBlueprint.Isolation.DATABASE.blueprint();
    blueprint.with("V1__cars.sql", "CREATE TABLE cars (id int PRIMARY KEY);").store();
    UUID tenant = Registry.addTenant();
    Registry.setPolicy(tenant, blueprint, "0 0 0 30 2 ?", 14);

    reconciliation.reconcile(false);

    Schedules.of(tenant).body("cron", equalTo("0 0 2 * * ?")).body("retention_days", equalTo(30));
  }

  @Test
  void removesOnlyScheduleOfDeletedTenant() {
    List<UUID> kept = enrolled(6);
    UUID disabled = kept.getFirst();
    ControlDatabase.execute(
        "UPDATE backup.schedules SET enabled = false, cron = '0 0 9 * * ?' WHERE tenant_id = ?",
        disabled);
    ControlPlane.setStatus(kept.get(1), "deleting");
    UUID deleted = enrolled(1).getFirst();
    ControlPlane.setStatus(deleted, "deleted");

    reconcile("").body("removed", equalTo(1)).body("deleted.count", equalTo(0));

    Schedules.of(deleted).statusCode(404);
    assertThat(planned(deleted)).isZero();
    kept.forEach(tenant -> Schedules.of(tenant).statusCode(200));
    Schedules.of(disabled).body("enabled", equalTo(false)).body("cron", equalTo("0 0 9 * * ?"));
  }

  @Test
  void keepsSchedulesWhenMostTenantsSeemDeletedUntilForced() {
    List<UUID> tenants = enrolled(60);
    tenants.forEach(tenant -> ControlPlane.setStatus(tenant, "deleted"));
    UUID missing = Registry.addTenant();

    reconcile("")
        .body("removed", equalTo(0))
        .body("enrolled", equalTo(1))
        .body("held", startsWith("60 of"))
        .body("deleted.count", equalTo(60))
        .body("deleted.tenants.size()", equalTo(20));

    Schedules.of(missing).statusCode(200);
    tenants.forEach(tenant -> Schedules.of(tenant).statusCode(200));
    assertThat(metric("tenantry_schedule_reconciliation_held")).isEqualTo(1);
    assertThat(metric("tenantry_schedules_differing{kind=\"deleted\"}")).isEqualTo(60);
    reconcile("?beyond_limits=true").body("removed", equalTo(60)).body("$", not(hasKey("held")));
    tenants.forEach(tenant -> Schedules.of(tenant).statusCode(404));
    assertThat(metric("tenantry_schedule_reconciliation_held")).isZero();
  }

  @Test
  void doesNothingWhenRegistryIsEmpty() {
    List<UUID> tenants = enrolled(60);
    tenants.forEach(Registry::remove);
    UUID missing = Registry.addTenant();
    UUID deleted = enrolledWhatever("deleted");

    reconcile("")
        .body("removed", equalTo(0))
        .body("enrolled", equalTo(0))
        .body("held", startsWith("the registry lacks 60 of"))
        .body("unknown.count", equalTo(60));

    Schedules.of(missing).statusCode(404);
    Schedules.of(deleted).statusCode(200);
    // An administrator's word does not make unknown tenants deleted ones.
    reconcile("?beyond_limits=true").body("removed", equalTo(1)).body("enrolled", equalTo(1));
    tenants.forEach(tenant -> Schedules.of(tenant).statusCode(200));
  }

  @Test
  void waitsForTenantServiceWithoutPolicies() {
    UUID missing = Registry.addTenant();
    ControlDatabase.execute("ALTER VIEW control_plane.backup_policies_v1 RENAME TO hidden");
    try {
      reconcile("")
          .body("enrolled", equalTo(0))
          .body("held", startsWith("tenant-service provides"));
      Schedules.of(missing).statusCode(404);
    } finally {
      ControlDatabase.execute("ALTER VIEW control_plane.hidden RENAME TO backup_policies_v1");
    }
    reconcile("").body("enrolled", equalTo(1));
  }

  @Test
  void runsRegularlyOnOneReplica() {
    UUID missing = Registry.addTenant();
    double before = metric("tenantry_reconciled_schedules_total{action=\"enrolled\"}");

    ControlDatabase.execute(
        "UPDATE backup.scheduled_tasks SET execution_time = now() WHERE task_name = ?",
        ScheduleReconciliation.TASK);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> Schedules.of(missing).statusCode(200));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> metric("tenantry_reconciled_schedules_total{action=\"enrolled\"}") == before + 1);
    assertThat(
            ControlDatabase.column(
                "SELECT task_instance FROM backup.scheduled_tasks WHERE task_name = ?",
                ScheduleReconciliation.TASK))
        .containsExactly("recurring");
  }

  @Test
  void needsAdminKey() {
    given().post(RECONCILIATION).then().statusCode(401);
    asAdmin().post(RECONCILIATION + "?beyond_limits=perhaps").then().statusCode(422);
  }

  private static ValidatableResponse reconcile(String query) {
    return asAdmin().post(RECONCILIATION + query).then().statusCode(200);
  }

  private static List<UUID> enrolled(int number) {
    return Stream.generate(() -> enrolledWhatever("active")).limit(number).toList();
  }

  private static UUID enrolledWhatever(String status) {
    UUID tenant = Registry.addTenant(status);
    ControlDatabase.execute(
        "INSERT INTO backup.schedules (tenant_id, cron, retention_days) VALUES (?, '0 0 2 * * ?', 30)",
        tenant);
    ControlDatabase.execute(
        """
        INSERT INTO backup.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
        VALUES ('scheduled_backup', ?, now() + interval '1 day', false, 1)
        """,
        tenant.toString());
    return tenant;
  }

  private static int planned(UUID tenant) {
    return ControlDatabase.column(
            "SELECT 1 FROM backup.scheduled_tasks WHERE task_name = 'scheduled_backup' AND task_instance = ?",
            tenant.toString())
        .size();
  }

  private static double metric(String name) {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$")
            .matcher(given().get("/q/metrics").asString());
    assertThat(line.find()).as(name).isTrue();
    return Double.parseDouble(line.group(1));
  }
}
