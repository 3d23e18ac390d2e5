package io.tenantry.backup.migration;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations of single tenants, which Flyway itself then validates. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class MigrationTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Tag("M1")
  @ParameterizedTest
  @EnumSource
  void flywayAcceptsMigratedTenant(Isolation isolation) {
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
    assertFlywayValidates(blueprint, tenant);
    assertThat(
            tenant.column(
                "SELECT installed_rank || ' ' || coalesce(version, '-') || ' ' || description || ' ' || (execution_time >= 0) FROM flyway_schema_history ORDER BY 1"))
        .containsExactly(
            "1 1 cars true", "2 2 colour true", "3 3 garages true", "4 - all cars true");
  }

  @Tag("M1")
  @ParameterizedTest
  @EnumSource
  void flywayAndTenantryMigrateInTurn(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    blueprint.flyway(tenant).migrate();
    blueprint.with("V3__wheels.sql", "ALTER TABLE cars ADD COLUMN wheels int;").publish();

    JsonPath job = migrate(tenant, "{}");

    // The registry did not know of the second.
    assertThat(job.getList("result.scripts")).isEqualTo(List.of("V3__wheels.sql"));
    assertFlywayValidates(blueprint, tenant);
  }

  @Tag("M1")
  @ParameterizedTest
  @EnumSource
  void runsChangedRepeatableMigrationAgain(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    blueprint.with("R__one.sql", "CREATE OR REPLACE VIEW one AS SELECT 1 AS n;").publish();
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("R__one.sql", "CREATE OR REPLACE VIEW one AS SELECT 11 AS n;").publish();

    JsonPath job = migrate(tenant, "{}");

    assertThat(job.getList("result.scripts")).isEqualTo(List.of("R__one.sql"));
    assertThat(tenant.column("SELECT n FROM one")).containsExactly("11");
    assertFlywayValidates(blueprint, tenant);
  }

  @Tag("M3")
  @ParameterizedTest
  @EnumSource
  void runsNonTransactionalMigrationOutsideTransaction(Isolation isolation) throws Exception {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    TestTenant twice = TestTenant.of(blueprint);
    twice.execute("INSERT INTO cars VALUES (2, 'two'), (3, 'two')");
    blueprint
        .with("V2__name.sql", "CREATE UNIQUE INDEX CONCURRENTLY cars_name ON cars (name);")
        .with("V3__configured.sql", "CREATE TABLE configured (id int);")
        .with("V3__configured.sql.conf", "executeInTransaction=false")
        .publish();

    migrate(tenant, "{}");

    assertThat(
            tenant.column(
                "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'cars_name'::regclass"))
        .containsExactly("true");
    assertFlywayValidates(blueprint, tenant);
    String failed = awaitJob(submit(path(twice), "{}")).getString("error.message");
    assertThat(failed)
        .contains("could not create unique index", "V2__name.sql")
        .doesNotContain("one");
    // The invalid index was dropped, so that the migration can be retried.
    twice.execute("DELETE FROM cars WHERE id = 3");
    migrate(twice, "{}");
    assertFlywayValidates(blueprint, twice);
  }

  @Tag("M3")
  @ParameterizedTest
  @EnumSource
  void commitsMigrationAndItsHistoryRowTogether(Isolation isolation) {
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
    // After repair it continues where it stopped.
    tenant.execute("DELETE FROM cars WHERE name = 'first'");
    assertThat(migrate(tenant, "{}").getList("result.scripts"))
        .isEqualTo(List.of("V3__names.sql", "V4__wheels.sql"));
    assertFlywayValidates(blueprint, tenant);
  }

  @Tag("M3")
  @ParameterizedTest
  @EnumSource
  void retriesLockedTenantWithoutBlockingItsApplication(Isolation isolation) throws Exception {
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
      // An attempt is counted when it starts: the last one may succeed when the lock is released.
      awaitAttempts(tenant, 3);
      // It would wait without limit behind a migration that waits for the holder.
      work.execute("SET statement_timeout = '20s'");
      work.execute("SELECT count(*) FROM cars");
      assertThat(migrationOf(tenant).getString("error.code")).isEqualTo("MIGRATION_BLOCKED");
    }
    awaitSuccess(job);
    assertFlywayValidates(blueprint, tenant);
    assertThat(migrationOf(tenant).getInt("attempts")).isGreaterThan(2);
  }

  @Tag("M3")
  @Test
  void serverCancelsStatementAfterTimeout() {
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

  @Tag("M3")
  @ParameterizedTest
  @EnumSource
  void waitsForOtherWorkOnTenant(Isolation isolation) {
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

  @Tag("M3")
  @ParameterizedTest
  @EnumSource
  void backsUpFirstIfRequested(Isolation isolation) {
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

  @Tag("M4")
  @ParameterizedTest
  @EnumSource
  void rollsTenantBackByUndoScripts(Isolation isolation) {
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
    // And forward again.
    migrate(tenant, "{}");
    assertFlywayValidates(blueprint, tenant);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("M1")
  void rollbackOfSeveralStepsIsAtomic(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    String first = blueprint.version();
    TestTenant tenant = TestTenant.of(blueprint);
    withTwoSteps(blueprint, "CREATE TABLE wheels (id int);", "DROP TABLE wheels;").publish();
    migrate(tenant, "{}");
    String before = fingerprint(tenant);
    tenant.execute("INSERT INTO cars VALUES (7, 'first')");

    JsonPath job = awaitJob(submit(path(tenant), rollbackTo(first)));

    assertThat(job.getString("error.message"))
        .startsWith("U2__garages.sql: check constraint \"named\"");
    assertThat(fingerprint(tenant)).isEqualTo(before);
    assertThat(history(tenant)).containsExactly("1", "2", "3");
    assertThat(tenant.version()).isEqualTo(blueprint.version());
    assertThat(migrationOf(tenant).getList("scripts")).isEmpty();
    assertFlywayValidates(blueprint, tenant);
    tenant.execute("DELETE FROM cars WHERE name = 'first'");
    assertThat(migrate(tenant, rollbackTo(first)).getList("result.scripts"))
        .isEqualTo(List.of("U3__wheels.sql", "U2__garages.sql"));
    assertThat(history(tenant)).containsExactly("1");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("M1")
  void reportsPartialRollbackAndContinuesFromHistory(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    String first = blueprint.version();
    TestTenant tenant = TestTenant.of(blueprint);
    withTwoSteps(
            blueprint,
            "CREATE INDEX CONCURRENTLY cars_name ON cars (name);",
            "DROP INDEX CONCURRENTLY cars_name;")
        .publish();
    migrate(tenant, "{}");
    String before = fingerprint(tenant);
    tenant.execute("INSERT INTO cars VALUES (7, 'first')");

    awaitJob(submit(path(tenant), rollbackTo(first)));

    assertThat(migrationOf(tenant).getString("status")).isEqualTo("failed");
    assertThat(migrationOf(tenant).getList("scripts")).isEqualTo(List.of("U3__wheels.sql"));
    assertThat(stateOf(blueprint)).isEqualTo("failed");
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"dry_run\": true}")
        .post(path(tenant))
        .then()
        .statusCode(200)
        .body("steps.script", equalTo(List.of("V3__wheels.sql")));
    assertThat(migrate(tenant, "{}").getList("result.scripts"))
        .isEqualTo(List.of("V3__wheels.sql"));
    assertThat(fingerprint(tenant)).isEqualTo(before);
    assertThat(stateOf(blueprint)).isEqualTo("up_to_date");
    assertFlywayValidates(blueprint, tenant);
    // And the other way.
    awaitJob(submit(path(tenant), rollbackTo(first)));
    tenant.execute("DELETE FROM cars WHERE name = 'first'");
    assertThat(migrate(tenant, rollbackTo(first)).getList("result.scripts"))
        .isEqualTo(List.of("U2__garages.sql"));
    assertThat(history(tenant)).containsExactly("1");
    assertThat(tenant.version()).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("M1")
  void rollsBackPartlyMigratedTenant(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    String first = blueprint.version();
    TestTenant tenant = TestTenant.of(blueprint);
    String before = fingerprint(tenant);
    withTwoSteps(
            blueprint,
            "ALTER TABLE cars ADD CONSTRAINT wheeled CHECK (name <> 'no wheels');",
            "ALTER TABLE cars DROP CONSTRAINT wheeled;")
        .publish();
    tenant.execute("INSERT INTO cars VALUES (7, 'no wheels')");
    awaitJob(submit(path(tenant), "{}"));
    assertThat(history(tenant)).containsExactly("1", "2");
    assertThat(migrationOf(tenant).getList("scripts")).isEqualTo(List.of("V2__garages.sql"));

    migrate(tenant, rollbackTo(first));

    assertThat(migrationOf(tenant).getList("scripts")).isEqualTo(List.of("U2__garages.sql"));
    assertThat(history(tenant)).containsExactly("1");
    tenant.execute("ALTER TABLE cars DROP CONSTRAINT named");
    assertThat(fingerprint(tenant)).isEqualTo(before);
  }

  @Test
  @Tag("M1")
  void doesNotRunUndoOfAnotherMigration() {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    String first = blueprint.version();
    TestTenant tenant = TestTenant.of(blueprint);
    withTwoSteps(blueprint, "CREATE TABLE wheels (id int);", "DROP TABLE wheels;").publish();
    migrate(tenant, "{}");
    tenant.execute("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '3'");

    JsonPath job = awaitJob(submit(path(tenant), rollbackTo(first)));

    assertThat(job.getString("error.code")).isEqualTo("ROLLBACK_IMPOSSIBLE");
    assertThat(job.getString("error.message")).contains("V3__wheels.sql");
    assertThat(history(tenant)).containsExactly("1", "2", "3");
  }

  /** The undo of the second version fails where a car has the name {@code first}. */
  private static TestBlueprint withTwoSteps(TestBlueprint blueprint, String third, String undo) {
    return blueprint
        .with("V2__garages.sql", "CREATE TABLE garages (id int);")
        .with(
            "U2__garages.sql",
            "DROP TABLE garages; ALTER TABLE cars ADD CONSTRAINT named CHECK (name <> 'first');")
        .with("V3__wheels.sql", third)
        .with("U3__wheels.sql", undo);
  }

  private static String rollbackTo(String version) {
    return "{\"direction\": \"rollback\", \"target_version\": \"%s\", \"backup_first\": false}"
        .formatted(version);
  }

  private static List<String> history(TestTenant tenant) {
    return tenant.column("SELECT version FROM flyway_schema_history ORDER BY installed_rank");
  }

  /** Of the blueprint's only tenant. */
  private static String stateOf(TestBlueprint blueprint) {
    return asAdmin()
        .queryParam("blueprint", blueprint.name())
        .get("/api/v1/migrations/status")
        .then()
        .statusCode(200)
        .extract()
        .path("items[0].status");
  }

  @Tag("M4")
  @Test
  void refusesRollbackWithoutUndoScript() {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
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

  @Tag("M5")
  @Test
  void dryRunShowsSteps() {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
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

  @Tag("M5")
  @Test
  void refusesHistoryThatDoesNotMatch() {
    TestBlueprint blueprint = cars(Isolation.SCHEMA);
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
    assertThat(error(halfWay)).startsWith("MIGRATION_MISMATCH").contains("halfway");
    assertThat(changed.column("SELECT count(*) FROM flyway_schema_history")).containsExactly("1");
  }

  @Tag("M1")
  @Test
  void doesNotRunStoredScriptsThatAreRefusedToday() {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__own.sql", "BEGIN; CREATE TABLE t1 (i int);\nCOMMIT;").publish();

    refused(tenant, "{}")
        .statusCode(500)
        .body("code", equalTo("MIGRATION_FAILED"))
        .body("detail", containsString("V2__own.sql: line 1: BEGIN"));
    assertThat(tenant.column("SELECT to_regclass('t1')")).containsExactly((String) null);
  }

  @Tag("M1")
  @ParameterizedTest
  @EnumSource
  @Tag("F1")
  @Tag("F2")
  void handlesCopyRowsAndByteOrderMarksAsFlywayDoes(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint
        .with(
            "V2__rows.sql",
            "\ufeffCOPY cars (id, name) FROM STDIN;\n7\tseven\n8\t\\N\n\\.\nSELECT 1;")
        .with("V3__index.sql", "CREATE INDEX CONCURRENTLY cars_name ON cars (name);")
        .with("R__view.sql", "\ufeffCREATE VIEW \ufeffall_cars AS SELECT * FROM cars;")
        .publish();

    migrate(tenant, "{}");

    assertThat(
            tenant.column("SELECT id || coalesce(name, '-') FROM all_cars WHERE id > 6 ORDER BY 1"))
        .containsExactly("7seven", "8-");
    assertFlywayValidates(blueprint, tenant);
  }

  @Tag("M1")
  @Test
  @Tag("F2")
  void refusedCopyRowsLeaveNothing() {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    TestTenant tenant = TestTenant.of(blueprint);
    tenant.execute("INSERT INTO cars VALUES (7, 'here')");
    blueprint
        .with(
            "V2__rows.sql",
            "CREATE TABLE t1 (i int);\nCOPY cars FROM STDIN;\n6\tsix\n7\tseven\n\\.\n")
        .publish();

    String error = error(tenant);

    assertThat(error).startsWith("MIGRATION_FAILED V2__rows.sql: duplicate key");
    assertThat(tenant.column("SELECT id FROM cars ORDER BY id")).containsExactly("1", "7");
    assertThat(tenant.column("SELECT to_regclass('t1')")).containsExactly((String) null);
  }

  @Tag("M3")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET lock_timeout = 0; SET statement_timeout = 0; ALTER TABLE cars ADD COLUMN colour text;",
        "SELECT set_config('lock_timeout', '0', false); ALTER TABLE cars ADD COLUMN colour text;",
        "DO $$ BEGIN SET LOCAL lock_timeout = 0; ALTER TABLE cars ADD COLUMN colour text; END $$;",
        "SET lock_timeout = '1h'; COPY cars FROM stdin;\n7\tseven\n\\.\nALTER TABLE cars ADD COLUMN colour text;"
      })
  @Tag("F8")
  void scriptsCannotChangeTimeouts(String sql) throws Exception {
    TestBlueprint blueprint = cars(Isolation.DATABASE);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", sql).publish();
    String job;
    try (Connection holder = tenant.connect();
        Statement reading = holder.createStatement()) {
      holder.setAutoCommit(false);
      reading.execute("SELECT * FROM cars");
      job = submit(path(tenant), "{\"lock_timeout_ms\": 50}");
      awaitAttempts(tenant, 2);
      assertThat(migrationOf(tenant).getString("error.code")).isEqualTo("MIGRATION_BLOCKED");
    }
    awaitSuccess(job);
    assertFlywayValidates(blueprint, tenant);
  }

  @Tag("M3")
  @ParameterizedTest
  @EnumSource
  @Tag("F8")
  void eachScriptStartsWithFreshSession(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint
        .with(
            "V2__dump.sql",
            "SET lock_timeout = 0; SET work_mem = '64kB'; SELECT pg_catalog.set_config('search_path', '', false); CREATE TEMP TABLE scratch (i int);")
        .with(
            "V3__after.sql",
            "CREATE TABLE seen AS SELECT current_setting('lock_timeout') || ' ' || current_setting('work_mem') || ' ' || coalesce(to_regclass('scratch')::text, '-') AS what;")
        .publish();

    migrate(tenant, "{\"lock_timeout_ms\": 1500}");

    assertThat(tenant.column("SELECT what FROM seen"))
        .containsExactly("1500ms %s -".formatted(tenant.column("SHOW work_mem").getFirst()));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("outOfOrder")
  void runsOlderMigrationOfOutOfOrderBlueprint(Isolation isolation) {
    TestBlueprint blueprint = cars(isolation);
    blueprint.with("V5__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    TestTenant tenant = TestTenant.of(blueprint);
    String first = blueprint.version();
    blueprint
        .with("V3__wheels.sql", "ALTER TABLE cars ADD COLUMN wheels int;")
        .with("U3__wheels.sql", "ALTER TABLE cars DROP COLUMN wheels;")
        .publish();
    refused(tenant, "{}")
        .statusCode(409)
        .body("code", equalTo("MIGRATION_MISMATCH"))
        .body("detail", containsString("V3__wheels.sql"));
    blueprint.outOfOrder().publish();

    migrate(tenant, "{}");

    assertThat(history(tenant)).containsExactly("1", "5", "3");
    assertFlywayValidates(blueprint, tenant);
    migrate(tenant, rollbackTo(first));
    assertThat(history(tenant)).containsExactly("1", "5");
  }

  @Tag("M5")
  @Test
  void refusesVersionThatDoesNotBuildOnTenants() {
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

  private static void assertFlywayValidates(TestBlueprint blueprint, TestTenant tenant) {
    blueprint.flyway(tenant).validate();
    assertThat(Stream.of(blueprint.flyway(tenant).info().all()))
        .allMatch(
            migration ->
                List.of(
                        MigrationState.SUCCESS,
                        MigrationState.OUTDATED,
                        MigrationState.SUPERSEDED,
                        MigrationState.OUT_OF_ORDER)
                    .contains(migration.getState()));
    assertThat(blueprint.flyway(tenant).info().pending()).isEmpty();
  }
}
