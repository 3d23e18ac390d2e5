package io.tenantry.tenant.blueprint;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blueprints over HTTP: checked, stored by their content, and used from then on. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class BlueprintResourceTest {

  private static final String BLUEPRINTS = "/api/v1/blueprints";

  @Inject Blueprints blueprints;
  @Inject BlueprintStore store;
  @Inject BlueprintParser parser;
  @Inject TableTemplates tableTemplates;
  @Inject BlueprintCheck check;
  @Inject Event<BlueprintAccepted> accepted;

  /** A blueprint that no other test uses. */
  private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  @Tag("T21")
  void storesShippedBlueprintsAtStart() {
    asAdmin()
        .get(BLUEPRINTS)
        .then()
        .statusCode(200)
        .body("items.name", hasItems("car", "project"))
        .body("items.find { it.name == 'car' }.shipped", equalTo(true))
        .body("items.find { it.name == 'car' }.current", equalTo(true));
    asAdmin()
        .get(BLUEPRINTS + "/car")
        .then()
        .statusCode(200)
        .body("files['blueprint.yaml']", containsString("name: car"))
        .body("files", hasKey("migrations/V1__settings_and_audit.sql"));
  }

  @Test
  @Tag("F18")
  void recordsTheBackupPolicyOfAVersionAlsoOfOneThatWasStoredWithoutIt() {
    Map<String, String> files = new TreeMap<>(files("CREATE TABLE things (id int)"));
    files.merge(
        "blueprint.yaml",
        "backup: { schedule: \"0 15 3 * * ?\", retention_days: 90 }\n",
        String::concat);
    put(files).statusCode(201);
    assertThat(policies()).containsExactly("0 15 3 * * ? 90");
    // As an earlier version of the service has left it.
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.blueprints SET backup_schedule = NULL, backup_retention_days = NULL");

    blueprints.storeShipped(new StartupEvent());

    assertThat(policies()).containsExactly("0 15 3 * * ? 90");
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT name FROM control_plane.blueprints WHERE backup_schedule IS NULL"))
        .isEmpty();
  }

  @Test
  @Tag("T20")
  void findsAtOnceWhatAnotherReplicaHasStored() {
    Blueprints replica =
        new Blueprints(store, parser, tableTemplates, check, accepted, Clock.systemUTC());
    assertThat(blueprints.find(name)).isEmpty();

    replica.accept(name, files("CREATE TABLE things (id int)"));

    assertThat(blueprints.find(name)).isPresent();
  }

  private List<String> policies() {
    return Postgres.column(
        Postgres.CONTROL,
        "SELECT concat_ws(' ', backup_schedule, backup_retention_days) FROM control_plane.blueprints WHERE name = ?",
        name);
  }

  @Test
  @Tag("T20")
  void provisionsFromStoredBlueprint() throws Exception {
    String version =
        put(files("CREATE TABLE things (id int)")).statusCode(201).extract().path("version");

    String tenant =
        asAdmin()
            .body(
                "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"%s\"}"
                    .formatted(newName(), name))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .body("blueprint", equalTo(name))
            .body("blueprint_version", equalTo(version))
            .extract()
            .path("tenant_id");

    String database = name + "_" + tenant.replace('-', '_');
    try (Connection own =
        Postgres.connect(TenantConnections.of(UUID.fromString(tenant)), database)) {
      assertThat(Postgres.column(own, "SELECT count(*) FROM things")).containsExactly("0");
    }
  }

  @Test
  @Tag("T20")
  void keepsEveryVersionAndReturnsToOne() {
    String first =
        put(files("CREATE TABLE things (id int)")).statusCode(201).extract().path("version");
    String second =
        put(files("CREATE TABLE things (id bigint)"))
            .statusCode(201)
            .body("current", equalTo(true))
            .body("versions.version", hasSize(2))
            .extract()
            .path("version");
    assertThat(second).isNotEqualTo(first);

    asAdmin()
        .queryParam("version", first)
        .get(BLUEPRINTS + "/" + name)
        .then()
        .statusCode(200)
        .body("current", equalTo(false))
        .body("files['migrations/V1__things.sql']", equalTo("CREATE TABLE things (id int)"));
    put(files("CREATE TABLE things (id int)")).statusCode(200).body("version", equalTo(first));
    asAdmin().get(BLUEPRINTS + "/" + name).then().body("version", equalTo(first));
  }

  @Test
  @Tag("outOfOrder")
  void warnsOfVersionThatTenantsCannotBeMigratedTo() {
    Map<String, String> files = new TreeMap<>(files("CREATE TABLE things (id int)"));
    files.put("migrations/V5__more.sql", "CREATE TABLE more (id int)");
    put(files).statusCode(201).body("warnings", hasSize(0));
    files.put("migrations/V3__late.sql", "CREATE TABLE late (id int)");
    validate(files)
        .statusCode(200)
        .body("warnings", contains(containsString("V3__late.sql is older than version 5")));
    files.merge("blueprint.yaml", "out_of_order: true\n", String::concat);
    put(files).statusCode(201).body("warnings", hasSize(0));
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT out_of_order FROM control_plane.blueprints WHERE name = ? ORDER BY accepted_at",
                name))
        .containsExactly("f", "t");
    put(files("CREATE TABLE things (id bigint)"))
        .statusCode(201)
        .body(
            "warnings",
            contains(
                containsString("V1__things.sql is changed"),
                containsString("V3__late.sql of the current version is missing"),
                containsString("V5__more.sql of the current version is missing")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER DATABASE %I         | must be owner of database
          ALTER ROLE ALL IN DATABASE %I | must be owner of database
          ALTER ROLE CURRENT_USER IN DATABASE %I | must not change settings of roles or of the database (TimeZone)
          """)
  @Tag("F7")
  void refusesSettingsThatNewTenantsWouldNotHave(String alter, String reason) {
    String sql =
        "DO $$ BEGIN EXECUTE format('"
            + alter
            + " SET timezone TO ''Asia/Tokyo''', current_database()); END $$";

    validate(files(sql)).statusCode(422).body("errors[0].message", containsString(reason));
    Map<String, String> inSchemas = files(sql);
    inSchemas.compute("blueprint.yaml", (file, yaml) -> yaml.replace("database", "schema"));
    validate(inSchemas).statusCode(422).body("errors[0].message", containsString(reason));
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT setconfig::text FROM pg_db_role_setting WHERE setconfig::text LIKE '%Tokyo%'"))
        .isEmpty();
  }

  @Test
  @Tag("T20")
  void validatesDirectoryAndStoresNothing() {
    validate(files("CREATE TABLE things (id int)")).statusCode(200).body("new", equalTo(true));
    asAdmin().get(BLUEPRINTS + "/" + name).then().statusCode(404);
    validate(files("CREATE TABLE things (id nonsense)"))
        .statusCode(422)
        .body("errors.field", contains("files.migrations/V1__things.sql"));

    String version =
        put(files("CREATE TABLE things (id int)")).statusCode(201).extract().path("version");
    validate(files("CREATE TABLE things (id int)"))
        .statusCode(200)
        .body("version", equalTo(version))
        .body("new", equalTo(false));
  }

  @Test
  @Tag("F25")
  @Tag("P13")
  void validationLeavesNothingOnTheCluster() {
    String role = "left_" + UUID.randomUUID().toString().replace('-', '_');

    validate(files("CREATE ROLE %s LOGIN IN ROLE tenantry_owner".formatted(role)))
        .statusCode(422)
        .body("errors[0].message", containsString("CREATE ROLE reaches beyond"));
    validate(files("DO $$ BEGIN EXECUTE 'CREATE ROLE %s'; END $$".formatted(role)))
        .statusCode(422)
        .body("errors[0].message", containsString("permission denied"));
    validate(files("DO $$ BEGIN EXECUTE 'ALTER ROLE CURRENT_USER SET search_path = x'; END $$"))
        .statusCode(422)
        .body("errors[0].message", containsString("settings of a role"));
    validate(files("CREATE TABLE things (id int)")).statusCode(200);

    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT rolname FROM pg_roles WHERE rolname = ? OR rolname LIKE 'tenantry\\_build\\_%'",
                role))
        .isEmpty();
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT datname FROM pg_database WHERE datname = 'tpl_scratch'"))
        .isEmpty();
  }

  private ValidatableResponse validate(Map<String, String> files) {
    return asAdmin()
        .body(Map.of("files", files))
        .post(BLUEPRINTS + "/" + name + "/validate")
        .then();
  }

  @Test
  @Tag("T20")
  void preventsChangesOfVersion() {
    assertThatThrownBy(
            () ->
                Postgres.execute(
                    Postgres.CONTROL,
                    "UPDATE control_plane.blueprints SET content = '{}' WHERE name = 'car'"))
        .hasMessageContaining("never changes");
  }

  @Test
  @Tag("T20")
  void refusesFailingSqlAndStoresNothing() {
    put(files("CREATE TABLE things (id nonsense)"))
        .statusCode(422)
        .body("code", equalTo("VALIDATION_FAILED"))
        .body("errors.field", contains("files.migrations/V1__things.sql"))
        .body("errors.message", contains(containsString("type \"nonsense\" does not exist")));

    asAdmin()
        .get(BLUEPRINTS + "/" + name)
        .then()
        .statusCode(404)
        .body("code", equalTo("BLUEPRINT_NOT_FOUND"));
    assertThat(databases("tpl_" + name + "%")).isEmpty();
    assertThat(databases("tpl_scratch")).isEmpty();
  }

  @Test
  @Tag("T20")
  void acceptsMigrationsThatCannotRunInTransaction() {
    Map<String, String> files = files("CREATE TABLE things (id int)");
    files.put("migrations/V2__index.sql", "CREATE INDEX CONCURRENTLY things_by_id ON things (id)");
    files.put("migrations/U2__index.sql", "DROP INDEX CONCURRENTLY things_by_id");
    files.put("migrations/V3__said_so.sql", "CREATE TABLE said_so (id int)");
    files.put("migrations/V3__said_so.sql.conf", "executeInTransaction=false");
    files.put("migrations/V4__as it is.sql", "COMMENT ON TABLE things IS '${name}'");
    files.put("migrations/V4__as it is.sql.conf", "placeholderReplacement=false");
    files.put("migrations/U3__said_so.sql", "DROP TABLE said_so");
    files.put("migrations/U3__said_so.sql.conf", "executeInTransaction=false");

    put(files).statusCode(201);

    await().until(() -> databases("tpl_" + name + "%"), made -> made.size() == 1);
  }

  @Test
  @Tag("T20")
  void refusesAnUndoThatFailsOrLeavesSomething() {
    Map<String, String> failing = files("CREATE TABLE things (id int)");
    failing.put("migrations/U1__things.sql", "DROP TABLE others");
    put(failing).statusCode(422).body("errors.field", contains("files.migrations/U1__things.sql"));

    Map<String, String> leaving = files("CREATE TABLE things (id int); CREATE TABLE others ()");
    leaving.put("migrations/U1__things.sql", "DROP TABLE things");
    put(leaving)
        .statusCode(422)
        .body("errors.field", contains("files.migrations/V1__things.sql"))
        .body("errors.message", contains(containsString("\"others\" already exists")));

    leaving.put("migrations/U1__things.sql", "DROP TABLE things; DROP TABLE others;");
    put(leaving).statusCode(201);
  }

  @Test
  @Tag("T20")
  void refusesUnavailableExtension() {
    Map<String, String> files = files("CREATE TABLE things (id int)");
    files.computeIfPresent(
        "blueprint.yaml", (p, yaml) -> yaml + "extensions: { required: [no_such_thing] }\n");

    put(files)
        .statusCode(422)
        .body("errors.field", contains("files.blueprint.yaml.extensions.required"))
        .body("errors.message", contains(containsString("no_such_thing")));
  }

  @Test
  @Tag("T20")
  void ignoresUnavailableOptionalExtension() {
    Map<String, String> files = files("CREATE TABLE things (id int)");
    files.computeIfPresent(
        "blueprint.yaml",
        (p, yaml) -> yaml + "extensions: { optional: [no_such_thing, citext] }\n");

    put(files).statusCode(201);
  }

  @Test
  @Tag("T20")
  void refusesALocaleThatTheServerDoesNotKnow() {
    Map<String, String> files = files("CREATE TABLE things (id int)");
    files.computeIfPresent("blueprint.yaml", (p, yaml) -> yaml + "locale: xx_YY.UTF-8\n");

    put(files).statusCode(422).body("errors.field", contains("files.blueprint.yaml.locale"));
  }

  @Test
  @Tag("T20")
  void createsTableTemplatesInTenant() throws Exception {
    Map<String, String> files = files("CREATE TABLE things (id int)");
    String yaml = files.get("blueprint.yaml");
    files.put("blueprint.yaml", yaml + "table_templates: [audit_logs, no_such_table]\n");
    put(files)
        .statusCode(422)
        .body("errors.field", contains("files.blueprint.yaml.table_templates[1]"));

    files.put("blueprint.yaml", yaml + "table_templates: [audit_logs]\n");
    Map<String, String> stored =
        put(files)
            .statusCode(201)
            .body("files", hasKey("migrations/R__table_template_audit_logs.sql"))
            .extract()
            .path("files");
    // What GET answers can be PUT.
    put(stored).statusCode(200);

    await().until(() -> !databases("tpl_" + name + "%").isEmpty());
  }

  @Test
  @Tag("T20")
  void refusesNameThatDiffersFromPath() {
    Map<String, String> files = files("CREATE TABLE things (id int)");
    asAdmin()
        .body(Map.of("files", files))
        .put(BLUEPRINTS + "/another")
        .then()
        .statusCode(422)
        .body("errors.field", contains("files.blueprint.yaml.name"));
    asAdmin().body("{\"files\":{}}").put(BLUEPRINTS + "/Wrong!").then().statusCode(422);
    asAdmin().get(BLUEPRINTS + "/another").then().statusCode(404).body("$", not(hasKey("files")));
  }

  private ValidatableResponse put(Map<String, String> files) {
    return asAdmin().body(Map.of("files", files)).put(BLUEPRINTS + "/" + name).then();
  }

  private Map<String, String> files(String sql) {
    Map<String, String> files = new TreeMap<>();
    files.put(
        "blueprint.yaml",
        "name: %1$s\nisolation: database\nnaming: %1$s_{tenant_id}\n".formatted(name));
    files.put("migrations/V1__things.sql", sql);
    return files;
  }

  private static List<String> databases(String pattern) {
    return Postgres.column(
        Postgres.MAINTENANCE, "SELECT datname FROM pg_database WHERE datname LIKE ?", pattern);
  }
}
