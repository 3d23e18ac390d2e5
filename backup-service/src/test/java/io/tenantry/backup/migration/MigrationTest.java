package io.tenantry.backup.migration;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tenantry.backup.ControlDatabase;
import io.tenantry.backup.TestBlueprint;
import io.tenantry.backup.TestBlueprint.Isolation;
import io.tenantry.backup.TestTenant;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStackResource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Migrations of single tenants, and Flyway's own opinion of them. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class MigrationTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource
  void m1FlywayTakesWhatWasMigratedForItsOwn(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text NOT NULL DEFAULT 'red';")
        .with("V3__garages.sql", "CREATE TABLE garages (id int PRIMARY KEY) -- without an end")
        .with("R__all_cars.sql", "CREATE OR REPLACE VIEW all_cars AS SELECT id, colour FROM cars;")
        .publish();

    JsonPath job = migrate(tenant, "{}");

    assertThat(job.getList("result.scripts"))
        .isEqualTo(List.of("V2__colour.sql", "V3__garages.sql", "R__all_cars.sql"));
    assertThat(tenant.version()).isEqualTo(blueprint.version());
    assertThat(tenant.column("SELECT colour FROM all_cars")).containsExactly("red");
    assertThat(tenant.column("INSERT INTO garages VALUES (1) RETURNING id")).containsExactly("1");
    assertFlywayIsContent(blueprint, tenant);
    assertThat(
            tenant.column(
                "SELECT installed_rank || ' ' || coalesce(version, '-') || ' ' || description || ' ' || (execution_time >= 0) FROM flyway_schema_history ORDER BY 1"))
        .containsExactly(
            "1 1 cars true", "2 2 colour true", "3 3 garages true", "4 - all cars true");
  }

  @ParameterizedTest
  @EnumSource
  void m1FlywayItselfMayGoOnWithATenantAndTenantryAfterIt(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    blueprint.flyway(tenant).migrate();
    blueprint.with("V3__wheels.sql", "ALTER TABLE cars ADD COLUMN wheels int;").publish();

    JsonPath job = migrate(tenant, "{}");

    // The registry did not know of the second.
    assertThat(job.getList("result.scripts")).isEqualTo(List.of("V3__wheels.sql"));
    assertFlywayIsContent(blueprint, tenant);
  }

  @ParameterizedTest
  @EnumSource
  void m1AChangedRepeatableMigrationIsRunAgain(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    blueprint.with("R__one.sql", "CREATE OR REPLACE VIEW one AS SELECT 1 AS n;").publish();
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("R__one.sql", "CREATE OR REPLACE VIEW one AS SELECT 11 AS n;").publish();

    JsonPath job = migrate(tenant, "{}");

    assertThat(job.getList("result.scripts")).isEqualTo(List.of("R__one.sql"));
    assertThat(tenant.column("SELECT n FROM one")).containsExactly("11");
    assertFlywayIsContent(blueprint, tenant);
  }

  @ParameterizedTest
  @EnumSource
  void m3WhatCannotRunInATransactionRunsOutsideOne(Isolation isolation) throws Exception {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    TestTenant twice = TestTenant.of(blueprint);
    twice.execute("INSERT INTO cars VALUES (2, 'two'), (3, 'two')");
    blueprint
        .with("V2__name.sql", "CREATE UNIQUE INDEX CONCURRENTLY cars_name ON cars (name);")
        .with("V3__said_so.sql", "CREATE TABLE said_so (id int);")
        .with("V3__said_so.sql.conf", "executeInTransaction=false")
        .publish();

    migrate(tenant, "{}");

    assertThat(
            tenant.column(
                "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'cars_name'::regclass"))
        .containsExactly("true");
    assertFlywayIsContent(blueprint, tenant);
    String failed = awaitJob(submit(path(twice), "{}")).getString("error.message");
    assertThat(failed)
        .contains("could not create unique index", "V2__name.sql")
        .doesNotContain("one");
    // The index that is not valid was dropped, so that it can be tried again.
    twice.execute("DELETE FROM cars WHERE id = 3");
    migrate(twice, "{}");
    assertFlywayIsContent(blueprint, twice);
  }

  @ParameterizedTest
  @EnumSource
  void m3AMigrationAndItsRowInTheHistoryStandOrFallTogether(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    String before = tenant.version();
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;")
        .with(
            "V3__names.sql",
            "CREATE TABLE half (id int); ALTER TABLE cars ADD CONSTRAINT named CHECK (name <> 'first');")
        .with("V4__wheels.sql", "ALTER TABLE cars ADD COLUMN wheels int;");
    tenant.execute("INSERT INTO cars VALUES (7, 'first')");
    blueprint.publish();

    JsonPath job = awaitJob(submit(path(tenant), "{}"));

    assertThat(job.getString("status")).isEqualTo("failed");
    assertThat(job.getString("error.code")).isEqualTo("MIGRATION_FAILED");
    assertThat(job.getString("error.message"))
        .isEqualTo(
            "V3__names.sql: check constraint \"named\" of relation \"cars\" is violated by some row (SQLSTATE 23514)");
    assertThat(job.getInt("attempts")).isEqualTo(1);
    assertThat(tenant.column("SELECT version FROM flyway_schema_history ORDER BY installed_rank"))
        .containsExactly("1", "2");
    assertThat(tenant.column("SELECT to_regclass('half')")).containsOnlyNulls();
    assertThat(tenant.version()).isEqualTo(before);
    // And after repair it goes on where it stopped.
    tenant.execute("DELETE FROM cars WHERE name = 'first'");
    assertThat(migrate(tenant, "{}").getList("result.scripts"))
        .isEqualTo(List.of("V3__names.sql", "V4__wheels.sql"));
    assertFlywayIsContent(blueprint, tenant);
  }

  @ParameterizedTest
  @EnumSource
  void m3ATenantThatIsLockedIsTriedAgainAndItsApplicationGoesOn(Isolation isolation)
      throws Exception {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    String job;
    try (Connection holder = tenant.connect();
        Connection application = tenant.connect();
        Statement reading = holder.createStatement();
        Statement work = application.createStatement()) {
      holder.setAutoCommit(false);
      reading.execute("SELECT * FROM cars");
      job = submit(path(tenant), "{\"lock_timeout_ms\": 50}");
      // An attempt is counted when it begins: the last one may succeed when the lock goes.
      awaitAttempts(tenant, 3);
      // It would wait for ever behind a migration that waits for the holder.
      work.execute("SET statement_timeout = '20s'");
      work.execute("SELECT count(*) FROM cars");
      assertThat(migrationOf(tenant).getString("error.code")).isEqualTo("MIGRATION_BLOCKED");
    }
    awaitSuccess(job);
    assertFlywayIsContent(blueprint, tenant);
    assertThat(migrationOf(tenant).getInt("attempts")).isGreaterThan(2);
  }

  @Test
  void m3AStatementThatTakesTooLongIsEndedByTheServer() {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with(
        "V2__slow.sql",
        "SELECT count(*) FROM cars, pg_sleep((SELECT count(*) * 30 FROM cars WHERE id > 100)) AS nap;");
    tenant.execute("INSERT INTO cars VALUES (101, 'slow')");
    blueprint.publish();

    JsonPath job = awaitJob(submit(path(tenant), "{\"statement_timeout_ms\": 100}"));

    assertThat(job.getString("error.code")).isEqualTo("MIGRATION_FAILED");
    assertThat(job.getString("error.message")).contains("statement timeout");
  }

  @ParameterizedTest
  @EnumSource
  void m3NeverTogetherWithOtherWorkOnTheTenant(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    ControlDatabase.execute(
        "INSERT INTO backup.tenant_leases VALUES (?, 'RESTORE', gen_random_uuid(), now() + interval '1 hour')",
        tenant.id());

    String job = submit(path(tenant), "{}");

    await()
        .atMost(LIMIT)
        .until(
            () ->
                ControlDatabase.column("SELECT steps FROM backup.jobs WHERE job_id = ?::uuid", job)
                    .getFirst()
                    .contains("cancelled"));
    assertThat(tenant.column("SELECT count(*) FROM flyway_schema_history")).containsExactly("1");
    ControlDatabase.execute("DELETE FROM backup.tenant_leases WHERE tenant_id = ?", tenant.id());
    awaitSuccess(job);
    assertThat(tenant.column("SELECT count(*) FROM flyway_schema_history")).containsExactly("2");
  }

  @ParameterizedTest
  @EnumSource
  void m3ABackupComesFirstWhereItIsAskedFor(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();

    migrate(tenant, "{\"backup_first\": true}");

    JsonPath backups =
        asAdmin().get("/api/v1/tenants/" + tenant.id() + "/backups").then().extract().jsonPath();
    assertThat(backups.getList("items.kind")).isEqualTo(List.of("before_migration"));
    assertThat(backups.getList("items.status")).isEqualTo(List.of("completed"));
    assertThat(backups.getString("items[0].completed_at"))
        .isLessThan(migrationOf(tenant).getString("started_at"));
  }

  @ParameterizedTest
  @EnumSource
  void m4RollsATenantBackByUndoScripts(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    String first = blueprint.version();
    String before = fingerprint(tenant);
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;")
        .with("U2__colour.sql", "ALTER TABLE cars DROP COLUMN colour;")
        .with("V3__name.sql", "CREATE INDEX CONCURRENTLY cars_name ON cars (name);")
        .with("U3__name.sql", "DROP INDEX CONCURRENTLY cars_name;")
        .publish();
    migrate(tenant, "{}");
    assertThat(fingerprint(tenant)).isNotEqualTo(before);

    JsonPath job =
        migrate(
            tenant, "{\"direction\": \"rollback\", \"target_version\": \"%s\"}".formatted(first));

    assertThat(job.getList("result.scripts")).isEqualTo(List.of("U3__name.sql", "U2__colour.sql"));
    assertThat(fingerprint(tenant)).isEqualTo(before);
    assertThat(tenant.version()).isEqualTo(first);
    assertThat(tenant.column("SELECT version FROM flyway_schema_history")).containsExactly("1");
    assertThat(migrationOf(tenant).getString("direction")).isEqualTo("rollback");
    assertThat(blueprint.flyway(tenant).info().pending()).hasSize(2);
    // And forth again.
    migrate(tenant, "{}");
    assertFlywayIsContent(blueprint, tenant);
  }

  @ParameterizedTest
  @EnumSource
  void m4ARollbackWithoutAnUndoIsRefusedWithTheReason(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    String first = blueprint.version();
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;")
        .with("U2__colour.sql", "ALTER TABLE cars DROP COLUMN colour;")
        .with("V3__name.sql", "CREATE INDEX cars_name ON cars (name);")
        .publish();
    TestTenant tenant = TestTenant.of(blueprint);

    refused(tenant, "{\"direction\": \"rollback\", \"target_version\": \"%s\"}".formatted(first))
        .statusCode(409)
        .body("code", equalTo("ROLLBACK_IMPOSSIBLE"))
        .body("detail", containsString("V3__name.sql"));
    refused(tenant, "{\"direction\": \"rollback\"}")
        .statusCode(422)
        .body("errors.field", equalTo(List.of("target_version")));
  }

  @ParameterizedTest
  @EnumSource
  void m5ADryRunSaysWhatWouldBeDone(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;")
        .with("V3__name.sql", "CREATE INDEX CONCURRENTLY cars_name ON cars (name);")
        .publish();

    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"dry_run\": true}")
        .post(path(tenant))
        .then()
        .statusCode(200)
        .body("to_version", equalTo(blueprint.version()))
        .body(
            "steps",
            equalTo(
                List.of(
                    Map.of("script", "V2__colour.sql", "transactional", true),
                    Map.of("script", "V3__name.sql", "transactional", false))));
    assertThat(tenant.column("SELECT count(*) FROM flyway_schema_history")).containsExactly("1");
  }

  @ParameterizedTest
  @EnumSource
  void m5AHistoryThatDoesNotFitIsRefused(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant changed = TestTenant.of(blueprint);
    TestTenant ahead = TestTenant.of(blueprint);
    TestTenant halfWay = TestTenant.of(blueprint);
    changed.execute("UPDATE flyway_schema_history SET checksum = 1");
    ahead.execute(
        "INSERT INTO flyway_schema_history VALUES (2, '9', 'later', 'SQL', 'V9__later.sql', 1, 'me', now(), 1, true)");
    halfWay.execute(
        "INSERT INTO flyway_schema_history VALUES (2, '2', 'colour', 'SQL', 'V2__colour.sql', 1, 'me', now(), 1, false)");
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();

    assertThat(error(changed)).startsWith("MIGRATION_MISMATCH").contains("checksum");
    assertThat(error(ahead)).startsWith("TENANT_AHEAD").contains("V9__later.sql");
    assertThat(error(halfWay)).startsWith("MIGRATION_MISMATCH").contains("half-way");
    assertThat(changed.column("SELECT count(*) FROM flyway_schema_history")).containsExactly("1");
  }

  @Test
  void m1RowsAmongTheStatementsAreRefused() {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__rows.sql", "COPY cars (id, name) FROM STDIN;\n7\tseven\n\\.\n").publish();

    refused(tenant, "{}")
        .statusCode(500)
        .body("code", equalTo("MIGRATION_FAILED"))
        .body("detail", containsString("V2__rows.sql"));
  }

  @Test
  void m5AVersionThatDoesNotBuildOnTheTenantsIsRefused() {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    String first = blueprint.version();
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    TestTenant tenant = TestTenant.of(blueprint);
    String second = blueprint.version();

    refused(tenant, "{\"target_version\": \"%s\"}".formatted(first))
        .statusCode(409)
        .body("code", equalTo("TENANT_AHEAD"));
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour int;").publish();
    refused(tenant, "{}").statusCode(409).body("code", equalTo("VERSIONS_DIVERGE"));
    refused(tenant, "{\"target_version\": \"000000000000\"}")
        .statusCode(404)
        .body("code", equalTo("BLUEPRINT_NOT_FOUND"));
    refused(tenant, "{\"target_version\": \"newest\", \"lock_timeout_ms\": 0}")
        .statusCode(422)
        .body("errors.size()", equalTo(2));
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").store();
    refused(tenant, "{}").statusCode(503).body("code", equalTo("GOLDEN_TEMPLATE_MISSING"));
    assertThat(tenant.version()).isEqualTo(second);
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

  private static String path(TestTenant tenant) {
    return "/api/v1/tenants/" + tenant.id() + "/migrations";
  }

  private static JsonPath migrate(TestTenant tenant, String body) {
    return awaitSuccess(submit(path(tenant), body));
  }

  private static String error(TestTenant tenant) {
    JsonPath job = awaitJob(submit(path(tenant), "{}"));
    return job.getString("error.code") + " " + job.getString("error.message");
  }

  private static ValidatableResponse refused(TestTenant tenant, String body) {
    return asAdmin().contentType(ContentType.JSON).body(body).post(path(tenant)).then();
  }

  private static JsonPath migrationOf(TestTenant tenant) {
    String newest = asAdmin().get(path(tenant)).then().extract().path("items[0].id");
    return asAdmin()
        .get("/api/v1/migrations/" + newest)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static void awaitAttempts(TestTenant tenant, int attempts) {
    await().atMost(LIMIT).until(() -> migrationOf(tenant).getInt("attempts") >= attempts);
  }

  private static String fingerprint(TestTenant tenant) {
    return asAdmin()
        .get("/api/v1/tenants/" + tenant.id() + "/drift")
        .then()
        .statusCode(200)
        .extract()
        .path("fingerprint");
  }

  private static void assertFlywayIsContent(TestBlueprint blueprint, TestTenant tenant) {
    blueprint.flyway(tenant).validate();
    assertThat(Stream.of(blueprint.flyway(tenant).info().all()))
        .allMatch(
            migration ->
                List.of(MigrationState.SUCCESS, MigrationState.OUTDATED, MigrationState.SUPERSEDED)
                    .contains(migration.getState()));
    assertThat(blueprint.flyway(tenant).info().pending()).isEmpty();
  }
}
