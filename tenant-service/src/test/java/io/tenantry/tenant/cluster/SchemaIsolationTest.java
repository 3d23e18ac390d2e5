package io.tenantry.tenant.cluster;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Marks;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tenants that share a database, each with a schema of its own. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class SchemaIsolationTest {

  private static final String SHARED = "tenantry_shared";

  @Test
  @Tag("T3")
  void givesATenantASchemaInTheSharedDatabase() throws SQLException {
    UUID tenant = createAcquirer();

    asAdmin()
        .get(TENANTS + "/" + tenant)
        .then()
        .statusCode(200)
        .body("database.name", equalTo(SHARED))
        .body("database.schema", equalTo(schema(tenant)))
        .body("database.role", equalTo(schema(tenant)))
        .body("provisioning.step", contains("schema", "verification", "services", "activation"))
        .body("provisioning.status", everyItem(equalTo("completed")));
    try (Connection own = connect(tenant, SHARED);
        Statement statement = own.createStatement()) {
      assertThat(Postgres.column(own, "SELECT current_schema()")).containsExactly(schema(tenant));
      statement.execute(
          """
          INSERT INTO merchants (legal_name, contact_email, country, category, settlement_currency)
          VALUES ('Acme', 'Ada@example.com', 'DE', '5812', 'EUR')
          """);
      assertThat(
              Postgres.column(
                  own, "SELECT legal_name FROM merchants WHERE contact_email = 'ada@EXAMPLE.com'"))
          .containsExactly("Acme");
    }
  }

  @Test
  @Tag("T21")
  void acquiringHasItsTablesLookupsExtensionsIndexesAndHistory() throws SQLException {
    UUID tenant = createAcquirer();

    try (Connection own = connect(tenant, SHARED)) {
      assertThat(
              Postgres.column(
                  own, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
          .contains(
              "merchants",
              "resellers",
              "developers",
              "mids",
              "stores",
              "customers",
              "audit_logs",
              "inbox_events",
              "flyway_schema_history");
      assertThat(Postgres.column(own, "SELECT to_regclass('transaction_metrics')")).hasSize(1);
      assertThat(Postgres.column(own, "SELECT code FROM currencies")).contains("EUR", "JPY");
      assertThat(Postgres.column(own, "SELECT code FROM merchant_categories")).isNotEmpty();
      assertThat(Postgres.column(own, "SELECT code FROM merchant_statuses")).contains("active");
      assertThat(Postgres.column(own, "SELECT extname FROM pg_extension"))
          .contains("uuid-ossp", "pgcrypto", "btree_gin", "btree_gist", "citext");
      assertThat(
              Postgres.column(
                  own,
                  """
                  SELECT table_name
                  FROM information_schema.columns
                  WHERE table_schema = current_schema()
                    AND column_name = 'created_by'
                  """))
          .contains("merchants", "customers");
      assertThat(
              Postgres.column(
                  own, "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"))
          .contains("merchants_search", "customers_search");
      assertThat(
              Postgres.column(
                  own,
                  """
                  SELECT coalesce(version, script)
                  FROM flyway_schema_history
                  WHERE success
                  ORDER BY installed_rank
                  """))
          .containsExactly("1", "2", "3", "4", "R__table_template_audit_logs.sql");
    }
  }

  @Test
  @Tag("T3")
  void leavesHistoryThatFlywayAccepts() throws Exception {
    UUID tenant = createAcquirer();

    Flyway flyway =
        Flyway.configure()
            .dataSource(
                LocalStack.shared().postgres().jdbcUrl(SHARED),
                "postgres",
                LocalStack.shared().postgres().superuserPassword())
            .defaultSchema(schema(tenant))
            .locations("filesystem:" + migrationsOf("acquiring"))
            .load();

    flyway.validate();
    assertThat(flyway.migrate().migrationsExecuted).isZero();
  }

  /** The files as the service stored them, in a folder. */
  private static Path migrationsOf(String blueprint) throws Exception {
    Map<String, String> files =
        new TreeMap<>(
            asAdmin().get("/api/v1/blueprints/" + blueprint).<Map<String, String>>path("files"));
    Path folder = Files.createTempDirectory("migrations");
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (file.getKey().startsWith("migrations/")) {
        Files.writeString(
            folder.resolve(file.getKey().substring("migrations/".length())), file.getValue());
      }
    }
    return folder;
  }

  @Test
  @Tag("T3")
  void matchesGoldenTemplate() throws SQLException {
    UUID tenant = createAcquirer();
    String golden =
        Postgres.value(
            Postgres.MAINTENANCE,
            "SELECT datname FROM pg_database WHERE datname LIKE 'tpl\\_acquiring\\_%' AND datistemplate");
    Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE IF EXISTS golden_copy");
    Postgres.execute(
        Postgres.MAINTENANCE, "CREATE DATABASE golden_copy TEMPLATE \"%s\"".formatted(golden));

    try (Connection copy = LocalStack.shared().postgres().connect("golden_copy");
        Connection shared = LocalStack.shared().postgres().connect(SHARED)) {
      assertThat(catalog(shared, schema(tenant))).isEqualTo(catalog(copy, "golden"));
    } finally {
      Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE golden_copy");
    }
  }

  /** Columns, indexes and constraints of a schema, without its name. */
  private static List<String> catalog(Connection connection, String schema) throws SQLException {
    return Stream.of(
            """
            SELECT concat_ws(' ', table_name, column_name, data_type, udt_name, is_nullable, column_default,
              character_maximum_length)
            FROM information_schema.columns
            WHERE table_schema = ?
            ORDER BY table_name, ordinal_position
            """,
            "SELECT indexdef FROM pg_indexes WHERE schemaname = ? ORDER BY indexname",
            """
            SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid)
            FROM pg_constraint
            WHERE connamespace = ?::regnamespace
            ORDER BY 1
            """)
        .flatMap(
            query -> {
              try {
                return Postgres.column(connection, query, schema).stream();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            })
        .map(line -> line.replace(schema + ".", ""))
        .toList();
  }

  @Test
  @Tag("T4")
  void keepsASchemasRoleInItsSchema() throws SQLException {
    UUID tenant = createAcquirer();
    UUID neighbour = createAcquirer();
    UUID other = createTenant(newName());

    try (Connection own = connect(tenant, SHARED);
        Statement statement = own.createStatement()) {
      assertThatThrownBy(
              () -> statement.execute("SELECT FROM \"%s\".merchants".formatted(schema(neighbour))))
          .hasMessageContaining("permission denied for schema");
      for (String forbidden :
          List.of(
              "CREATE TABLE mine ()",
              "CREATE TABLE public.mine ()",
              "CREATE SCHEMA mine",
              "DROP TABLE merchants",
              "DELETE FROM flyway_schema_history")) {
        assertThatThrownBy(() -> statement.execute(forbidden))
            .as(forbidden)
            .hasMessageMatching("(?s).*(permission denied|must be owner).*");
      }
      assertThat(
              Postgres.column(
                  own,
                  """
                  SELECT nspname
                  FROM pg_namespace
                  WHERE has_schema_privilege(oid, 'USAGE')
                    AND nspname NOT LIKE 'pg\\_%'
                    AND nspname <> 'information_schema'
                  """))
          .containsExactlyInAnyOrder(schema(tenant), "public");
    }
    for (String database :
        Postgres.column(
            Postgres.MAINTENANCE, "SELECT datname FROM pg_database WHERE datname <> ?", SHARED)) {
      assertThatThrownBy(() -> connect(tenant, database).close())
          .as(database)
          .hasMessageMatching("(?s).*(permission denied|not currently accepting connections).*");
    }
    assertThatThrownBy(() -> connect(other, SHARED).close())
        .hasMessageContaining("permission denied");
  }

  @Test
  @Tag("T4")
  void limitsTheConnectionsOfASchemasRole() {
    assertThat(
            Postgres.value(
                Postgres.MAINTENANCE,
                "SELECT rolconnlimit FROM pg_roles WHERE rolname = ?",
                schema(createAcquirer())))
        .isEqualTo("20");
  }

  @Test
  @Tag("T11")
  void deletesSchemaInUseAndNothingElse() throws SQLException {
    UUID tenant = createAcquirer();
    UUID neighbour = createAcquirer();

    try (Connection own = connect(tenant, SHARED);
        Statement statement = own.createStatement()) {
      own.setAutoCommit(false);
      statement.execute("LOCK TABLE merchants IN ROW EXCLUSIVE MODE");
      asAdmin()
          .queryParam("final_backup", false)
          .delete(TENANTS + "/" + tenant)
          .then()
          .statusCode(204);
    }

    assertThat(schemas()).doesNotContain(schema(tenant)).contains(schema(neighbour));
    assertThat(Postgres.tenantRoles()).doesNotContain(schema(tenant)).contains(schema(neighbour));
    connect(neighbour, SHARED).close();
  }

  @Test
  @Tag("T7")
  void leavesNoTraceOfFailedSchemaCreation() {
    createAcquirer();
    List<String> schemas = schemas();
    List<String> roles = Postgres.tenantRoles();
    String name = newName();

    // The very last thing in the one transaction of the schema fails.
    Postgres.execute(
        SHARED,
        """
        CREATE FUNCTION public.fault() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%audit_logs_by_resource') THEN
            RAISE EXCEPTION 'not now';
          END IF;
        END $$;
        CREATE EVENT TRIGGER fault ON ddl_command_end EXECUTE FUNCTION public.fault();
        """);
    try {
      asAdmin()
          .body(body(name))
          .post(TENANTS)
          .then()
          .statusCode(500)
          .body("code", equalTo("SCHEMA_CREATION_FAILED"));
    } finally {
      Postgres.execute(SHARED, "DROP EVENT TRIGGER fault; DROP FUNCTION public.fault();");
    }

    assertThat(schemas()).containsExactlyInAnyOrderElementsOf(schemas);
    assertThat(Postgres.tenantRoles()).containsExactlyInAnyOrderElementsOf(roles);
    asAdmin().body(body(name)).post(TENANTS).then().statusCode(201);
  }

  @Test
  @Tag("T7")
  void leavesNoTraceOfSchemaWhoseTenantWasNotRecorded() {
    createAcquirer();
    List<String> schemas = schemas();
    List<String> roles = Postgres.tenantRoles();

    Postgres.execute(
        Postgres.CONTROL,
        "ALTER TABLE control_plane.tenants ADD CONSTRAINT fault CHECK (status <> 'active') NOT VALID");
    try {
      asAdmin().body(body(newName())).post(TENANTS).then().statusCode(500);
    } finally {
      Postgres.execute(Postgres.CONTROL, "ALTER TABLE control_plane.tenants DROP CONSTRAINT fault");
    }

    assertThat(schemas()).containsExactlyInAnyOrderElementsOf(schemas);
    assertThat(Postgres.tenantRoles()).containsExactlyInAnyOrderElementsOf(roles);
  }

  @Test
  @Tag("F9")
  @Tag("P13")
  void deletesATenantThatHasLargeObjectsAndDefaultPrivilegesOfItsOwn() throws SQLException {
    UUID tenant = createAcquirer();
    try (Connection own = connect(tenant, SHARED);
        Statement statement = own.createStatement()) {
      statement.execute("SELECT lo_from_bytea(0, 'x')");
      statement.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO CURRENT_USER");
    }
    String objects = "SELECT count(*) FROM pg_largeobject_metadata";
    String before = Postgres.value(SHARED, objects);

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);

    assertThat(schemas()).doesNotContain(schema(tenant));
    assertThat(Postgres.tenantRoles()).doesNotContain(schema(tenant), schema(tenant) + "_o");
    assertThat(Long.parseLong(Postgres.value(SHARED, objects)))
        .isEqualTo(Long.parseLong(before) - 1);
  }

  @Test
  @Tag("F8")
  @Tag("P13")
  void theSharedDatabasesExtensionsBelongToNoTenant() {
    UUID tenant = createAcquirer();

    assertThat(
            Postgres.column(
                SHARED, "SELECT DISTINCT pg_get_userbyid(extowner)::text FROM pg_extension"))
        .doesNotContain(schema(tenant) + "_o")
        .contains("tenantry_extensions");
    assertThat(
            Postgres.value(
                SHARED,
                "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = ?",
                schema(tenant)))
        .isEqualTo(schema(tenant) + "_o");
    assertThat(
            Postgres.value(
                SHARED,
                "SELECT has_database_privilege(?, current_database(), 'CREATE')",
                schema(tenant) + "_o"))
        .isEqualTo("f");
  }

  @Test
  @Tag("T8")
  @Tag("P13")
  void reapingClosesALostTenantsSchemaAndKeepsItsData() throws SQLException {
    UUID kept = createAcquirer();
    UUID lost = createAcquirer();
    String connection = TenantConnections.of(lost);
    Postgres.execute(SHARED, "CREATE SCHEMA IF NOT EXISTS acq_stranger");
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenants WHERE tenant_id = '%s'".formatted(lost));

    asAdmin()
        .post("/api/v1/orphans/reap")
        .then()
        .statusCode(200)
        .body("items.name", contains(schema(lost)))
        .body("items.kind", contains("schema"))
        .body("items.action", contains("quarantine"));

    assertThat(schemas()).contains(schema(kept), schema(lost), "acq_stranger");
    assertThatThrownBy(() -> Postgres.connect(connection, SHARED).close())
        .hasMessageContaining("not permitted to log in");
    connect(kept, SHARED).close();
    Postgres.execute(SHARED, "DROP SCHEMA acq_stranger");
  }

  @Test
  @Tag("T8")
  @Tag("P13")
  void dropsUnusedSchemaOnRequest() {
    UUID lost = createAcquirer();
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenants WHERE tenant_id = '%s'".formatted(lost));
    Marks.change(schema(lost) + "_o", "tenant", "provisioning");

    asAdmin()
        .post("/api/v1/orphans/reap")
        .then()
        .statusCode(200)
        .body("items.name", hasItem(schema(lost)));

    assertThat(schemas()).doesNotContain(schema(lost));
    assertThat(Postgres.tenantRoles()).doesNotContain(schema(lost), schema(lost) + "_o");
  }

  @Test
  @Tag("T20")
  void refusesMigrationThatLeavesItsTransaction() {
    String name = "b" + UUID.randomUUID().toString().substring(0, 8);
    Map<String, String> files = new TreeMap<>();
    files.put(
        "blueprint.yaml",
        "name: %1$s\nisolation: schema\nnaming: %1$s_{tenant_id}\n".formatted(name));

    for (String sql :
        List.of(
            "CREATE TABLE a (id int); COMMIT; CREATE TABLE b (id int);",
            "CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY ON a (id);")) {
      files.put("migrations/V1__a.sql", sql);
      asAdmin()
          .body(Map.of("files", files))
          .put("/api/v1/blueprints/" + name)
          .then()
          .statusCode(422)
          .body("code", equalTo("VALIDATION_FAILED"));
    }
    files.put("migrations/V1__a.sql", "CREATE TABLE a (id int)");
    asAdmin().body(Map.of("files", files)).put("/api/v1/blueprints/" + name).then().statusCode(201);
  }

  private static UUID createAcquirer() {
    return UUID.fromString(
        asAdmin()
            .body(body(newName()))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id"));
  }

  private static String body(String name) {
    return "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"acquiring\"}"
        .formatted(name);
  }

  private static Connection connect(UUID tenant, String database) throws SQLException {
    return Postgres.connect(TenantConnections.of(tenant), database);
  }

  private static List<String> schemas() {
    return Postgres.column(SHARED, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'acq\\_%'");
  }

  private static String schema(UUID tenant) {
    return "acq_" + tenant.toString().replace('-', '_');
  }
}
