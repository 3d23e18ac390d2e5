package io.tenantry.backup.migration;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What tenants are, beside what they should be. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class DriftTest {

  private static final String RICH =
      """
      CREATE TYPE mood AS ENUM ('glad', 'sad');
      CREATE DOMAIN positive AS int CHECK (VALUE > 0);
      CREATE TABLE owners (owner_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL DEFAULT 'nobody');
      CREATE TABLE cars (
        car_id serial PRIMARY KEY, owner_id bigint REFERENCES owners, wheels positive, mood mood,
        total int GENERATED ALWAYS AS (1 + 1) STORED
      );
      CREATE INDEX cars_by_owner ON cars (owner_id) WHERE wheels > 2;
      CREATE SEQUENCE plates INCREMENT 7;
      CREATE VIEW happy AS SELECT car_id, name FROM cars JOIN owners USING (owner_id) WHERE mood = 'glad';
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NEW; END $f$;
      CREATE TRIGGER touched BEFORE UPDATE ON cars FOR EACH ROW EXECUTE FUNCTION touch();
      ALTER TABLE owners ENABLE ROW LEVEL SECURITY;
      CREATE POLICY everyone ON owners USING (true);
      """;

  @Tag("M5")
  @ParameterizedTest
  @EnumSource
  void tenantHasFingerprintOfItsGoldenTemplate(Isolation isolation) {
    TestBlueprint blueprint = rich(isolation);
    TestTenant tenant = TestTenant.of(blueprint);

    JsonPath report = drift(tenant);

    assertThat(report.getList("differences")).as(report.prettify()).isEmpty();
    assertThat(report.getBoolean("drifted")).isFalse();
    assertThat(report.getString("fingerprint")).isEqualTo(report.getString("expected_fingerprint"));
    backUp(tenant.id());
    awaitSuccess(submit("/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id())));
    report = drift(tenant);
    assertThat(report.getList("differences")).as(report.prettify()).isEmpty();
  }

  @Tag("M5")
  @ParameterizedTest
  @EnumSource
  void listsDifferencesByObject(Isolation isolation) {
    TestBlueprint blueprint = rich(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    tenant.execute(
        """
        ALTER TABLE cars ADD COLUMN by_hand text;
        ALTER TABLE owners ALTER COLUMN name SET DEFAULT 'somebody';
        DROP INDEX cars_by_owner;
        ALTER TYPE mood ADD VALUE 'mad';
        CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN OLD; END $f$;
        ALTER TABLE cars DISABLE TRIGGER touched;
        DROP POLICY everyone ON owners;
        ALTER SEQUENCE plates INCREMENT 8;
        ALTER TABLE cars DROP CONSTRAINT cars_owner_id_fkey;
        CREATE OR REPLACE VIEW happy AS SELECT car_id, name FROM cars JOIN owners USING (owner_id);
        REVOKE DELETE ON cars FROM tenantry_app, %s;
        UPDATE flyway_schema_history SET checksum = 1;
        """
            .formatted('"' + tenant.role() + '"'));

    JsonPath report = drift(tenant);

    assertThat(report.getList("differences.collect { it.kind + ' ' + it.name + ' ' + it.change }"))
        .as(report.prettify())
        .isEqualTo(
            List.of(
                "column cars.by_hand unexpected",
                "column owners.name changed",
                "constraint cars.cars_owner_id_fkey missing",
                "function touch() changed",
                "grant table cars to tenant changed",
                "index cars.cars_by_owner missing",
                "migration V1__rich.sql changed",
                "policy owners.everyone missing",
                "sequence plates changed",
                "trigger cars.touched changed",
                "type mood changed",
                "view happy changed"));
    assertThat(report.getString("differences.find { it.name == 'owners.name' }.expected"))
        .isEqualTo("text NOT NULL DEFAULT 'nobody'::text");
    assertThat(report.getString("differences.find { it.name == 'owners.name' }.actual"))
        .isEqualTo("text NOT NULL DEFAULT 'somebody'::text");
  }

  @Tag("M5")
  @ParameterizedTest
  @EnumSource
  void showsStatusOfEachTenant(Isolation isolation) {
    TestBlueprint blueprint = rich(isolation);
    TestTenant current = TestTenant.of(blueprint);
    TestTenant failing = TestTenant.of(blueprint);
    TestTenant pending = TestTenant.of(blueprint);
    TestTenant drifted = TestTenant.of(blueprint);
    failing.execute("INSERT INTO owners (name) VALUES ('')");
    blueprint
        .with("V2__named.sql", "ALTER TABLE owners ADD CONSTRAINT named CHECK (name <> '');")
        .publish();
    for (TestTenant tenant : List.of(current, drifted)) {
      awaitSuccess(submit("/api/v1/tenants/" + tenant.id() + "/migrations", "{}"));
    }
    awaitJob(submit("/api/v1/tenants/" + failing.id() + "/migrations", "{}"));
    drifted.execute("CREATE TABLE by_hand (id int)");

    JsonPath job =
        awaitSuccess(
            submit(
                "/api/v1/migrations/drift-checks",
                "{\"blueprint\": \"%s\"}".formatted(blueprint.name())));

    assertThat(job.getInt("result.checked")).isEqualTo(4);
    assertThat(job.getInt("result.drifted")).isEqualTo(1);
    assertThat(statusOf(blueprint, current)).isEqualTo("up_to_date");
    assertThat(statusOf(blueprint, pending)).isEqualTo("pending");
    assertThat(statusOf(blueprint, drifted)).isEqualTo("drifted");
    assertThat(statusOf(blueprint, failing)).isEqualTo("failed");
    asAdmin()
        .queryParam("blueprint", blueprint.name())
        .queryParam("status", "failed")
        .get("/api/v1/migrations/status")
        .then()
        .body("items.tenant_id", equalTo(List.of(failing.id().toString())))
        .body("items[0].error.code", equalTo("MIGRATION_FAILED"));
    asAdmin()
        .queryParam("blueprint", blueprint.name())
        .get("/api/v1/migrations/summary")
        .then()
        .body("items[0].up_to_date", equalTo(1))
        .body("items[0].pending", equalTo(1))
        .body("items[0].failed", equalTo(1))
        .body("items[0].drifted", equalTo(1));
  }

  @Tag("M5")
  @ParameterizedTest
  @EnumSource
  void restoredTenantHasVersionOfItsBackup(Isolation isolation) {
    TestBlueprint blueprint = rich(isolation);
    TestTenant tenant = TestTenant.of(blueprint);
    String first = blueprint.version();
    String backup = backUp(tenant.id());
    blueprint.with("V2__garages.sql", "CREATE TABLE garages (id int);").publish();
    awaitSuccess(submit("/api/v1/tenants/" + tenant.id() + "/migrations", "{}"));

    String restore =
        awaitSuccess(
                submit(
                    "/api/v1/restores",
                    "{\"tenant_id\": \"%s\", \"backup_id\": \"%s\"}"
                        .formatted(tenant.id(), backup)))
            .getString("result.restore_id");

    assertThat(tenant.version()).isEqualTo(first);
    assertThat(statusOf(blueprint, tenant)).isEqualTo("pending");
    assertThat(drift(tenant).getBoolean("drifted")).isFalse();
    awaitSuccess(submit("/api/v1/restores/" + restore + "/undo", ""));
    assertThat(tenant.version()).isEqualTo(blueprint.version());
    assertThat(drift(tenant).getBoolean("drifted")).isFalse();
  }

  @Tag("M5")
  @Test
  void refusesComparisonWithUnknownVersion() {
    TestTenant tenant = TestTenant.withSchema();
    asAdmin()
        .get("/api/v1/tenants/" + tenant.id() + "/drift")
        .then()
        .statusCode(404)
        .body("code", equalTo("BLUEPRINT_NOT_FOUND"));
    asAdmin()
        .queryParam("status", "fine")
        .get("/api/v1/migrations/status")
        .then()
        .statusCode(422)
        .body("errors.field", equalTo(List.of("status")));
  }

  private static TestBlueprint rich(Isolation isolation) {
    TestBlueprint blueprint = isolation.blueprint().with("V1__rich.sql", RICH);
    blueprint.publish();
    return blueprint;
  }

  private static JsonPath drift(TestTenant tenant) {
    return asAdmin()
        .get("/api/v1/tenants/" + tenant.id() + "/drift")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static String statusOf(TestBlueprint blueprint, TestTenant tenant) {
    return asAdmin()
        .queryParam("blueprint", blueprint.name())
        .get("/api/v1/migrations/status")
        .then()
        .statusCode(200)
        .extract()
        .path("items.find { it.tenant_id == '" + tenant.id() + "' }.status");
  }
}
