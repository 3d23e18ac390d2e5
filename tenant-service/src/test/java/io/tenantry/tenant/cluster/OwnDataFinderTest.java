package io.tenantry.tenant.cluster;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data of a blueprint that depends on the moment or on chance: each tenant has its own. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("F6")
class OwnDataFinderTest {

  private static final String BLUEPRINTS = "/api/v1/blueprints/";

  /** A blueprint that no other test uses. */
  private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          database | INSERT INTO installation VALUES (gen_random_uuid()::text)
          schema   | INSERT INTO installation VALUES (gen_random_uuid()::text)
          database | INSERT INTO installation VALUES (random()::text)
          database | INSERT INTO installation DEFAULT VALUES
          database | SELECT setval('numbers', (random() * 1e9)::int + 1); INSERT INTO installation SELECT last_value FROM numbers
          """)
  void givesEachTenantOwnData(String isolation, String insert) {
    put(
        isolation,
        Map.of(
            "V1__tables.sql",
            "CREATE TABLE installation (id text DEFAULT clock_timestamp()); CREATE SEQUENCE numbers;",
            "V2__id.sql",
            insert + ";",
            "V10__more.sql",
            "CREATE TABLE more (id text); INSERT INTO more SELECT id FROM installation;",
            "R__view.sql",
            "CREATE OR REPLACE VIEW ids AS SELECT id FROM installation;"));

    List<String> first = ids(isolation);
    List<String> second = ids(isolation);

    assertThat(first).hasSize(2);
    assertThat(first.get(0)).isEqualTo(first.get(1));
    assertThat(second.get(0)).isEqualTo(second.get(1)).isNotEqualTo(first.get(0));
  }

  private List<String> ids(String isolation) {
    String role = tenant();
    String database = isolation.equals("schema") ? "tenantry_shared" : role;
    String schema = isolation.equals("schema") ? role : "public";
    assertThat(
            Postgres.column(
                database,
                "SELECT concat_ws(' ', installed_rank, coalesce(version, script), success) FROM \"%s\".flyway_schema_history ORDER BY installed_rank"
                    .formatted(schema)))
        .containsExactly("1 1 t", "2 2 t", "3 10 t", "4 R__view.sql t");
    return Postgres.column(
        database,
        "SELECT id FROM \"%1$s\".ids UNION ALL SELECT id FROM \"%1$s\".more".formatted(schema));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INSERT INTO t VALUES (current_date::text)                 | V2__first.sql
          INSERT INTO t VALUES ('fixed'), ('too')                   | -
          INSERT INTO t VALUES (random()::text); DELETE FROM t      | -
          CREATE TABLE u (id uuid DEFAULT gen_random_uuid())        | -
          CREATE TABLE stage AS SELECT random()::text AS id         | V2__first.sql
          CREATE MATERIALIZED VIEW m AS SELECT random()             | V2__first.sql
          ALTER TABLE t FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY; CREATE POLICY i ON t FOR INSERT WITH CHECK (true); INSERT INTO t VALUES (random()::text) | V2__first.sql
          INSERT INTO "o'dd" VALUES (gen_random_uuid()::text)       | V2__first.sql
          """)
  void findsTheFirstMigrationWithSuchData(String sql, String first) {
    put(
        "database",
        Map.of(
            "V1__tables.sql",
            "CREATE TABLE t (id text); CREATE TABLE \"o'dd\" (t text); INSERT INTO t VALUES ('seed');",
            "V2__first.sql",
            sql + ";",
            "V3__last.sql",
            """
            DO $$ BEGIN
              IF to_regclass('stage') IS NOT NULL THEN
                INSERT INTO t SELECT id FROM stage;
                DROP TABLE stage;
              END IF;
            END $$;
            """));
    String tenant = tenant();

    String found = asAdmin().get(BLUEPRINTS + name).then().extract().path("own_data_from");

    assertThat(found).isEqualTo(first.equals("-") ? null : first);
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT datname FROM pg_database WHERE datname LIKE ?",
                "tpl_" + name + "%"))
        .as("no database of a trial is left")
        .hasSize(first.equals("-") ? 1 : 2);
    assertThat(
            Postgres.column(
                tenant, "SELECT version FROM flyway_schema_history ORDER BY installed_rank"))
        .containsExactly("1", "2", "3");
  }

  @Test
  void leavesNothingForFlywayInCompletedTenant() throws Exception {
    Map<String, String> migrations =
        Map.of(
            "V1__table.sql", "CREATE TABLE t (id text);",
            "V2__id.sql", "INSERT INTO t VALUES (gen_random_uuid()::text);",
            "V3__index.sql", "CREATE INDEX CONCURRENTLY t_id ON t (id);",
            "R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM t;");
    put("database", migrations);
    Path folder = Files.createTempDirectory("migrations");
    for (Map.Entry<String, String> file : migrations.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    String tenant = tenant();

    Flyway flyway =
        Flyway.configure()
            .dataSource(
                LocalStack.shared().postgres().jdbcUrl(tenant),
                "postgres",
                LocalStack.shared().postgres().superuserPassword())
            .locations("filesystem:" + folder)
            .load();

    flyway.validate();
    assertThat(flyway.info().pending()).isEmpty();
    assertThat(flyway.info().applied()).hasSize(4);
    assertThat(
            Postgres.column(
                tenant,
                "SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .as("it belongs to whom a template's content does")
        .containsExactly("tenantry_content");
    assertThat(
            Postgres.value(
                tenant, "SELECT has_table_privilege(?, 'flyway_schema_history', 'INSERT')", tenant))
        .isEqualTo("f");
  }

  private String tenant() {
    String tenant =
        asAdmin()
            .body(
                "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"%s\"}"
                    .formatted(newName(), name))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id");
    return name + "_" + tenant.replace('-', '_');
  }

  private void put(String isolation, Map<String, String> migrations) {
    asAdmin()
        .body(Map.of("files", files(isolation, migrations)))
        .put(BLUEPRINTS + name)
        .then()
        .statusCode(201);
    if (isolation.equals("database")) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  Postgres.column(
                      Postgres.CONTROL,
                      "SELECT own_data_from FROM control_plane.blueprints WHERE name = ?",
                      name),
              found -> found.getFirst() != null);
    }
  }

  private Map<String, String> files(String isolation, Map<String, String> migrations) {
    Map<String, String> files = new TreeMap<>();
    files.put(
        "blueprint.yaml",
        "name: %1$s\nisolation: %2$s\nnaming: %1$s_{tenant_id}\n".formatted(name, isolation));
    migrations.forEach((file, sql) -> files.put("migrations/" + file, sql));
    return files;
  }
}
