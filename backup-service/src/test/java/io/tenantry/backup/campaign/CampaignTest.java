package io.tenantry.backup.campaign;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tenantry.backup.OperationEvents;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Campaigns migrate the tenants of a blueprint in waves. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class CampaignTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Small by default; {@code -Dtenantry.test.fleet=300} tests a realistic one. */
  private static final int FLEET = Integer.getInteger("tenantry.test.fleet", 14);

  private static final String PATH = "/api/v1/campaigns";
  private static final Set<String> RESTING = Set.of("completed", "halted", "cancelled");

  @Tag("M2")
  @ParameterizedTest
  @EnumSource
  void skipsFailedTenantRetriesItAloneAndRollsBackAll(Isolation isolation) throws Exception {
    int number = FLEET;
    TestBlueprint blueprint = cars(isolation);
    List<TestTenant> tenants = tenants(blueprint, number);
    TestTenant bad = inOrder(tenants).get(number / 2);
    bad.execute("INSERT INTO cars VALUES (2, '')");
    String first = blueprint.version();
    Map<UUID, String> before = fingerprints(tenants);
    blueprint
        .with("V2__named.sql", "ALTER TABLE cars ADD CONSTRAINT named CHECK (name <> '');")
        .with("U2__named.sql", "ALTER TABLE cars DROP CONSTRAINT named;")
        .publish();

    String campaign =
        start(blueprint, "\"canary\": 2, \"wave_size\": 10, \"max_failure_rate\": 0.1");

    JsonPath end = awaitStatus(campaign, "completed");
    assertThat(end.getInt("tenants.completed")).isEqualTo(number - 1);
    assertThat(end.getInt("tenants.failed")).isEqualTo(1);
    JsonPath failed = migrations(campaign, "failed");
    assertThat(failed.getList("items.tenant_id")).isEqualTo(List.of(bad.id().toString()));
    assertThat(failed.getString("items[0].tenant_name"))
        .isEqualTo(
            ControlDatabase.column(
                    "SELECT name FROM control_plane.tenants_v1 WHERE tenant_id = ?", bad.id())
                .getFirst());
    assertThat(listed(campaign, "completed")).isTrue();
    assertThat(listed(campaign, "halted")).isFalse();
    assertThat(failed.getString("items[0].error.message"))
        .isEqualTo(
            "V2__named.sql: check constraint \"named\" of relation \"cars\" is violated by some row (SQLSTATE 23514)");
    assertThat(versions(blueprint)).isEqualTo(Map.of(blueprint.version(), number - 1L, first, 1L));
    assertThat(awaitEvent(bad.id(), "io.tenantry.migration.failed.v1"))
        .contains(campaign, "\"code\":\"MIGRATION_FAILED\"");
    assertThat(awaitEvent(UUID.fromString(campaign), "io.tenantry.campaign.finished.v1"))
        .contains("\"status\":\"completed\"", "\"failed\":1");

    bad.execute("DELETE FROM cars WHERE name = ''");
    change(campaign, "retry").statusCode(200);
    end = awaitStatus(campaign, "completed");
    assertThat(end.getInt("tenants.completed")).isEqualTo(number);
    assertThat(attempts(campaign)).isEqualTo(Map.of("1", (long) number));
    assertThat(versions(blueprint)).isEqualTo(Map.of(blueprint.version(), (long) number));
    blueprint.flyway(bad).validate();

    String rollback = change(campaign, "rollback").statusCode(202).extract().path("id");
    end = awaitStatus(rollback, "completed");
    assertThat(end.getInt("tenants.completed")).isEqualTo(number);
    assertThat(end.getString("rollback_of")).isEqualTo(campaign);
    assertThat(versions(blueprint)).isEqualTo(Map.of(first, (long) number));
    assertThat(fingerprints(tenants)).isEqualTo(before);
  }

  private static String awaitEvent(UUID subject, String type) {
    return await()
        .atMost(LIMIT)
        .until(() -> OperationEvents.of(subject, type), events -> events.size() == 1)
        .getFirst();
  }

  @Tag("M2")
  @Test
  void repeatedRequestStartsNoSecondCampaign() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    tenants(blueprint, 2);
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;")
        .with("U2__colour.sql", "ALTER TABLE cars DROP COLUMN colour;")
        .publish();
    String key = UUID.randomUUID().toString();

    String campaign = startOnce(blueprint, key);
    assertThat(startOnce(blueprint, key)).isEqualTo(campaign);
    awaitStatus(campaign, "completed");
    assertThat(startOnce(blueprint, key)).isEqualTo(campaign);

    String rollback = rollBackOnce(campaign, key);
    awaitStatus(rollback, "completed");
    assertThat(rollBackOnce(campaign, key)).isEqualTo(rollback);
    assertThat(
            asAdmin()
                .queryParam("blueprint", blueprint.name())
                .get(PATH)
                .<List<String>>path("items.id"))
        .containsExactly(rollback, campaign);
  }

  private static String startOnce(TestBlueprint blueprint, String key) {
    return asAdmin()
        .header("Idempotency-Key", key)
        .contentType(ContentType.JSON)
        .body("{\"blueprint\": \"%s\"}".formatted(blueprint.name()))
        .post(PATH)
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  private static String rollBackOnce(String campaign, String key) {
    return asAdmin()
        .header("Idempotency-Key", key)
        .post(PATH + "/" + campaign + "/rollback")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  @Tag("M2")
  @ParameterizedTest
  @EnumSource
  void haltsAtLimitWithoutStartingNextWave(Isolation isolation) throws Exception {
    TestBlueprint blueprint = cars(isolation);
    List<TestTenant> tenants = tenants(blueprint, 20);
    String first = blueprint.version();
    // In the first wave after the canaries, which are those with the lowest ids.
    List<TestTenant> inOrder = inOrder(tenants);
    TestTenant bad = inOrder.get(4);
    bad.execute("INSERT INTO cars VALUES (2, '')");
    blueprint
        .with("V2__named.sql", "ALTER TABLE cars ADD CONSTRAINT named CHECK (name <> '');")
        .publish();

    String campaign =
        start(
            blueprint,
            "\"canary\": 2, \"wave_size\": 6, \"parallelism\": 2, \"max_failures\": 1, \"max_failure_rate\": 1.0");

    JsonPath end = awaitStatus(campaign, "halted");
    assertThat(end.getString("reason")).isEqualTo("1 tenants failed.");
    assertThat(end.getInt("wave")).isEqualTo(1);
    for (TestTenant tenant : inOrder.subList(8, 20)) {
      assertThat(tenant.version()).isEqualTo(first);
      assertThat(history(tenant)).containsExactly("1");
    }
    assertThat(inOrder.get(0).version()).isEqualTo(blueprint.version());
    // The operator may resume it.
    change(campaign, "resume").statusCode(200);
    end = awaitStatus(campaign, "completed");
    assertThat(end.getInt("tenants.completed")).isEqualTo(19);
    assertThat(end.getInt("tenants.failed")).isEqualTo(1);
  }

  @Tag("M2")
  @Test
  void failedCanaryHaltsAndRateCountsTenantsOfStartedWaves() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 12));
    ControlPlane.setEnvironment(tenants.get(11).id(), "development");
    tenants.get(11).execute("INSERT INTO cars VALUES (2, '')");
    tenants.get(1).execute("INSERT INTO cars VALUES (2, '')");
    tenants.get(2).execute("INSERT INTO cars VALUES (2, '')");
    blueprint
        .with("V2__named.sql", "ALTER TABLE cars ADD CONSTRAINT named CHECK (name <> '');")
        .publish();

    // The least important is the canary.
    String campaign =
        start(blueprint, "\"wave_size\": 4, \"parallelism\": 1, \"max_failure_rate\": 0.3");
    JsonPath end = awaitStatus(campaign, "halted");
    assertThat(end.getString("reason")).isEqualTo("A canary failed.");
    assertThat(end.getInt("tenants.pending")).isEqualTo(11);
    change(campaign, "resume").statusCode(200);
    end = awaitStatus(campaign, "halted");
    assertThat(end.getString("reason")).isEqualTo("2 of 5 tenants failed.");
    change(campaign, "cancel").statusCode(200);
    end = awaitStatus(campaign, "cancelled");
    assertThat(end.getInt("tenants.pending")).isZero();
    assertThat(end.getInt("tenants.cancelled")).isGreaterThanOrEqualTo(7);
    change(campaign, "resume").statusCode(409).body("code", equalTo("CAMPAIGN_STATE"));
  }

  @Tag("M2")
  @Test
  void skipsCurrentTenantsWithoutConnection() {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    TestTenant behind = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    // A connection to one of these would fail.
    ControlPlane.addTenantsWithoutData(blueprint, 2_000);

    JsonPath end = awaitStatus(start(blueprint, "\"canary\": 0"), "completed");

    assertThat(end.getInt("tenants.current")).isEqualTo(2_000);
    assertThat(end.getInt("tenants.completed")).isEqualTo(1);
    assertThat(behind.version()).isEqualTo(blueprint.version());
    assertThat(
            awaitStatus(start(blueprint, "\"canary\": 0"), "completed").getInt("tenants.current"))
        .isEqualTo(2_001);
    // Other tests would enrol them.
    ControlPlane.removeTenantsOf(blueprint);
  }

  @Tag("M3")
  @ParameterizedTest
  @EnumSource
  void lockedTenantDoesNotDelayOthers(Isolation isolation) throws Exception {
    TestBlueprint blueprint = cars(isolation);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 8));
    TestTenant locked = tenants.get(3);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    String campaign;
    try (Connection holder = locked.connect();
        Connection application = locked.connect();
        Statement reading = holder.createStatement();
        Statement work = application.createStatement()) {
      holder.setAutoCommit(false);
      reading.execute("SELECT * FROM cars");
      campaign =
          start(
              blueprint,
              "\"canary\": 1, \"wave_size\": 3, \"parallelism\": 2, \"lock_timeout_ms\": 50");
      await()
          .atMost(LIMIT)
          .until(() -> campaignOf(campaign).getInt("tenants.completed"), done -> done == 7);
      // Longer than the campaign's lock timeout.
      work.execute("SET statement_timeout = '20s'");
      work.execute("SELECT count(*) FROM cars");
      assertThat(migrations(campaign, "completed").getList("items.tenant_id"))
          .doesNotContain(locked.id().toString());
    }
    JsonPath end = awaitStatus(campaign, "completed");
    assertThat(end.getInt("tenants.completed")).isEqualTo(8);
    assertThat(end.getInt("tenants.failed")).isZero();
    assertThat(history(locked)).containsExactly("1", "2");
  }

  @Tag("M2")
  @Test
  void pausesResumesAndCancels() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 12));
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    String campaign;
    try (Connection holder = tenants.get(0).connect();
        Statement reading = holder.createStatement()) {
      holder.setAutoCommit(false);
      reading.execute("SELECT * FROM cars");
      // The canary waits for the lock, and all others for the canary.
      campaign = start(blueprint, "\"lock_timeout_ms\": 30000");
      await().atMost(LIMIT).until(() -> campaignOf(campaign).getInt("tenants.running") == 1);
      change(campaign, "pause").statusCode(200).body("status", equalTo("paused"));
      request(blueprint, "").statusCode(409).body("code", equalTo("CAMPAIGN_IN_PROGRESS"));
    }
    await().atMost(LIMIT).until(() -> campaignOf(campaign).getInt("tenants.completed") == 1);
    assertThat(campaignOf(campaign).getInt("tenants.pending")).isEqualTo(11);
    change(campaign, "pause").statusCode(409).body("code", equalTo("CAMPAIGN_STATE"));
    change(campaign, "rollback").statusCode(409).body("code", equalTo("CAMPAIGN_STATE"));
    change(campaign, "resume").statusCode(200).body("status", equalTo("running"));
    JsonPath end = awaitStatus(campaign, "completed");
    assertThat(end.getInt("tenants.completed")).isEqualTo(12);
    change(campaign, "retry").statusCode(409).body("code", equalTo("CAMPAIGN_STATE"));
    asAdmin().get(PATH + "/" + UUID.randomUUID()).then().statusCode(404);
  }

  @Tag("M2")
  @Test
  void migratesSuspendedTenantsAndSkipsDeletedOnes() throws Exception {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 4));
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    tenants.get(1).setStatus("suspended");
    String campaign;
    try (Connection holder = tenants.get(0).connect();
        Statement reading = holder.createStatement()) {
      holder.setAutoCommit(false);
      reading.execute("SELECT * FROM cars");
      campaign = start(blueprint, "\"lock_timeout_ms\": 30000");
      await().atMost(LIMIT).until(() -> campaignOf(campaign).getInt("tenants.running") == 1);
      // In the middle, one is being deleted, one is gone, and one was suspended before.
      tenants.get(2).setStatus("deleting");
      tenants.get(3).remove();
    }

    JsonPath end = awaitStatus(campaign, "completed");

    assertThat(end.getInt("tenants.completed")).isEqualTo(2);
    assertThat(end.getInt("tenants.skipped")).isEqualTo(2);
    assertThat(history(tenants.get(1))).containsExactly("1", "2");
    assertThat(history(tenants.get(2))).containsExactly("1");
  }

  @Tag("M2")
  @Test
  void findsTenantsThatAreBeingProvisioned() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 2));
    tenants.get(1).setStatus("provisioning");
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();

    String campaign = start(blueprint, "");

    await().atMost(LIMIT).until(() -> campaignOf(campaign).getInt("tenants.completed") == 1);
    assertThat(campaignOf(campaign).getString("status")).isEqualTo("running");
    tenants.get(1).setStatus("active");
    assertThat(awaitStatus(campaign, "completed").getInt("tenants.completed")).isEqualTo(2);
  }

  @Tag("M3")
  @Test
  void backsUpEachTenantFirst() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = tenants(blueprint, 3);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();

    awaitStatus(start(blueprint, "\"backup_first\": true"), "completed");

    for (TestTenant tenant : tenants) {
      assertThat(
              ControlDatabase.column(
                  "SELECT kind FROM backup.backups JOIN backup.migrations USING (tenant_id) WHERE tenant_id = ? AND backups.status = 'completed' AND completed_at <= migrations.started_at",
                  tenant.id()))
          .containsExactly("before_migration");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', before_migration",
    "?backup_first=true, before_migration",
    "?backup_first=false,"
  })
  @Tag("P13")
  void rollbackBacksUpEachTenantFirstByDefault(String query, String kind) throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = tenants(blueprint, 2);
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;")
        .with("U2__colour.sql", "ALTER TABLE cars DROP COLUMN colour;")
        .publish();
    String campaign = start(blueprint, "");
    awaitStatus(campaign, "completed");

    String rollback = change(campaign, "rollback" + query).statusCode(202).extract().path("id");
    awaitStatus(rollback, "completed");

    for (TestTenant tenant : tenants) {
      assertThat(history(tenant)).containsExactly("1");
      assertThat(
              ControlDatabase.column(
                  """
                  SELECT kind
                  FROM backup.backups
                  JOIN backup.migrations USING (tenant_id)
                  WHERE tenant_id = ?
                    AND direction = 'rollback'
                    AND backups.status = 'completed'
                    AND completed_at <= migrations.started_at
                  """,
                  tenant.id()))
          .isEqualTo(kind == null ? List.of() : List.of(kind));
    }
  }

  @Test
  @Tag("M1")
  void migratesTenantWhoseRollbackStoppedHalfway() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 2));
    TestTenant bad = tenants.get(1);
    blueprint
        .with("V2__garages.sql", "CREATE TABLE garages (id int);")
        .with(
            "U2__garages.sql",
            "DROP TABLE garages; ALTER TABLE cars ADD CONSTRAINT named CHECK (name <> 'first');")
        .with("V3__name.sql", "CREATE INDEX CONCURRENTLY cars_name ON cars (name);")
        .with("U3__name.sql", "DROP INDEX CONCURRENTLY cars_name;")
        .publish();
    String campaign = start(blueprint, "");
    awaitStatus(campaign, "completed");
    bad.execute("INSERT INTO cars VALUES (7, 'first')");
    String rollback =
        change(campaign, "rollback?backup_first=false").statusCode(202).extract().path("id");
    awaitStatus(rollback, "halted");
    assertThat(history(tenants.get(0))).containsExactly("1");
    assertThat(history(bad)).containsExactly("1", "2");
    assertThat(bad.version()).isEqualTo(blueprint.version());

    request(blueprint, ", \"dry_run\": true")
        .statusCode(200)
        .body("current", equalTo(0))
        .body("ways.tenants.sum()", equalTo(2));
    JsonPath again = awaitStatus(start(blueprint, ""), "completed");

    assertThat(again.getInt("tenants.current")).isZero();
    assertThat(again.getInt("tenants.completed")).isEqualTo(2);
    assertThat(history(bad)).containsExactly("1", "2", "3");
    assertThat(history(tenants.get(0))).containsExactly("1", "2", "3");
    assertThat(awaitStatus(start(blueprint, ""), "completed").getInt("tenants.current"))
        .isEqualTo(2);
  }

  @Test
  @Tag("M1")
  void rollbackIncludesTenantsThatWereMigratedPartly() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 2));
    TestTenant bad = tenants.get(1);
    bad.execute("INSERT INTO cars VALUES (7, 'first')");
    blueprint
        .with("V2__garages.sql", "CREATE TABLE garages (id int);")
        .with("U2__garages.sql", "DROP TABLE garages;")
        .with("V3__named.sql", "ALTER TABLE cars ADD CONSTRAINT named CHECK (name <> 'first');")
        .with("U3__named.sql", "ALTER TABLE cars DROP CONSTRAINT named;")
        .publish();
    String campaign = start(blueprint, "");
    awaitStatus(campaign, "halted");
    assertThat(history(bad)).containsExactly("1", "2");

    String rollback =
        change(campaign, "rollback?backup_first=false").statusCode(202).extract().path("id");
    awaitStatus(rollback, "completed");

    assertThat(history(bad)).containsExactly("1");
    assertThat(history(tenants.get(0))).containsExactly("1");
  }

  @Tag("M3")
  @Test
  void waitsForTenantThatIsBeingRestored() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    List<TestTenant> tenants = inOrder(tenants(blueprint, 3));
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    ControlDatabase.execute(
        "INSERT INTO backup.tenant_leases VALUES (?, 'RESTORE', gen_random_uuid(), now() + interval '1 hour')",
        tenants.get(2).id());

    String campaign = start(blueprint, "");

    await().atMost(LIMIT).until(() -> campaignOf(campaign).getInt("tenants.completed") == 2);
    await()
        .atMost(LIMIT)
        .until(
            () -> migrations(campaign, "waiting").getList("items.error.code"),
            codes -> codes.equals(List.of("TENANT_BUSY")));
    assertThat(history(tenants.get(2))).containsExactly("1");
    ControlDatabase.execute(
        "DELETE FROM backup.tenant_leases WHERE tenant_id = ?", tenants.get(2).id());
    assertThat(awaitStatus(campaign, "completed").getInt("tenants.completed")).isEqualTo(3);
  }

  @Tag("M5")
  @Test
  void dryRunShowsRoutes() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    tenants(blueprint, 3);
    String first = blueprint.version();
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    tenants(blueprint, 2);
    String second = blueprint.version();
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour int;").publish();

    request(blueprint, ", \"dry_run\": true, \"wave_size\": 2")
        .statusCode(200)
        .body("tenants", equalTo(5))
        .body("waves", equalTo(3))
        .body("ways.find { it.from_version == '" + first + "' }.tenants", equalTo(3))
        .body(
            "ways.find { it.from_version == '" + first + "' }.plan.steps.script",
            equalTo(List.of("V2__colour.sql")))
        .body(
            "ways.find { it.from_version == '" + second + "' }.error.code",
            equalTo("VERSIONS_DIVERGE"));
    assertThat(versions(blueprint)).isEqualTo(Map.of(first, 3L, second, 2L));
  }

  @Tag("M4")
  @Test
  void refusesRollbackWithoutUndoScripts() throws Exception {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
    tenants(blueprint, 2);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    String campaign = start(blueprint, "");
    awaitStatus(campaign, "completed");

    change(campaign, "rollback")
        .statusCode(409)
        .body("code", equalTo("ROLLBACK_IMPOSSIBLE"))
        .body("detail", containsString("V2__colour.sql"));
  }

  @Tag("M2")
  @Test
  void refusesInvalidCampaign() {
    // The service reads tenant-service's tables, which the first blueprint creates.
    cars(Isolation.DATABASE);
    asAdmin()
        .contentType(ContentType.JSON)
        .body(
            "{\"canary\": -1, \"wave_size\": 0, \"parallelism\": 0, \"max_failures\": 0, \"max_failure_rate\": 2.0, \"target_version\": \"x\"}")
        .post(PATH)
        .then()
        .statusCode(422)
        .body("errors.size()", equalTo(7));
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"blueprint\": \"nosuch\"}")
        .post(PATH)
        .then()
        .statusCode(404)
        .body("code", equalTo("BLUEPRINT_NOT_FOUND"));
  }

  private static TestBlueprint cars(Isolation isolation) {
    TestBlueprint blueprint =
        isolation
            .blueprint()
            .with(
                "V1__cars.sql",
                "CREATE TABLE cars (id int PRIMARY KEY, name text); INSERT INTO cars VALUES (1, 'one');");
    blueprint.publish();
    return blueprint;
  }

  private static List<TestTenant> tenants(TestBlueprint blueprint, int number) throws Exception {
    try (ExecutorService makers = Executors.newFixedThreadPool(4)) {
      List<Future<TestTenant>> made =
          IntStream.range(0, number)
              .mapToObj(i -> makers.submit(() -> TestTenant.of(blueprint)))
              .toList();
      List<TestTenant> tenants = new ArrayList<>();
      for (Future<TestTenant> tenant : made) {
        tenants.add(tenant.get());
      }
      return tenants;
    }
  }

  /** In the order of their ids in PostgreSQL, which is the campaign's. */
  private static List<TestTenant> inOrder(List<TestTenant> tenants) {
    return tenants.stream().sorted(Comparator.comparing(tenant -> tenant.id().toString())).toList();
  }

  private static String start(TestBlueprint blueprint, String settings) {
    return request(blueprint, settings.isEmpty() ? "" : ", " + settings)
        .statusCode(202)
        .extract()
        .path("id");
  }

  private static ValidatableResponse request(TestBlueprint blueprint, String settings) {
    return asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"blueprint\": \"%s\"%s}".formatted(blueprint.name(), settings))
        .post(PATH)
        .then();
  }

  private static ValidatableResponse change(String campaign, String verb) {
    return asAdmin().post(PATH + "/" + campaign + "/" + verb).then();
  }

  private static JsonPath campaignOf(String campaign) {
    return asAdmin().get(PATH + "/" + campaign).then().statusCode(200).extract().jsonPath();
  }

  /** Whether a campaign is among the newest with this status. */
  private static boolean listed(String campaign, String status) {
    return asAdmin()
        .queryParam("status", status)
        .get(PATH)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getList("items.id")
        .contains(campaign);
  }

  private static JsonPath migrations(String campaign, String status) {
    return asAdmin()
        .queryParam("status", status)
        .queryParam("limit", 500)
        .get(PATH + "/" + campaign + "/migrations")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static JsonPath awaitStatus(String campaign, String status) {
    JsonPath end =
        await()
            .atMost(LIMIT)
            .until(() -> campaignOf(campaign), json -> RESTING.contains(json.getString("status")));
    assertThat(end.getString("status")).as(end.prettify()).isEqualTo(status);
    return await()
        .atMost(LIMIT)
        .until(() -> campaignOf(campaign), json -> json.getInt("tenants.running") == 0);
  }

  private static List<String> history(TestTenant tenant) throws SQLException {
    return tenant.column("SELECT version FROM flyway_schema_history ORDER BY installed_rank");
  }

  private static Map<String, Long> versions(TestBlueprint blueprint) {
    return ControlDatabase.column(
            "SELECT blueprint_version FROM control_plane.tenants_v1 WHERE blueprint = ?",
            blueprint.name())
        .stream()
        .collect(Collectors.groupingBy(version -> version, Collectors.counting()));
  }

  private static Map<String, Long> attempts(String campaign) {
    return ControlDatabase.column(
            "SELECT attempts FROM backup.migrations WHERE campaign_id = ?::uuid", campaign)
        .stream()
        .collect(Collectors.groupingBy(attempts -> attempts, Collectors.counting()));
  }

  private static Map<UUID, String> fingerprints(List<TestTenant> tenants) {
    return tenants.stream()
        .collect(
            Collectors.toMap(
                TestTenant::id,
                tenant ->
                    asAdmin()
                        .get("/api/v1/tenants/" + tenant.id() + "/drift")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("fingerprint")));
  }
}
