package io.tenantry.backup.migration;

import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.kernel.db.Identifiers.quote;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations of tenants that share a database: none reaches what is another's. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
@Tag("F8")
class SharedDatabaseTest {

  private static final String CARS = "CREATE TABLE cars (id int PRIMARY KEY);";

  @Test
  void migrationCannotDropSharedExtension() {
    TestTenant.createSharedExtension("seg");
    TestTenant other =
        TestTenant.of(
            published(
                "CREATE EXTENSION IF NOT EXISTS seg SCHEMA public; CREATE TABLE measurements (s public.seg); INSERT INTO measurements VALUES ('1 .. 2');"));
    TestBlueprint blueprint = published(CARS);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__seg.sql", "DROP EXTENSION IF EXISTS seg CASCADE;").publish();

    JsonPath job = awaitJob(submit(path(tenant), "{}"));

    assertThat(job.getString("error.code")).isEqualTo("MIGRATION_FAILED");
    assertThat(job.getString("error.message")).contains("must be owner of extension seg");
    assertThat(other.column("SELECT s FROM measurements")).containsExactly("1 .. 2");
    assertThat(tenant.version()).isNotEqualTo(blueprint.version());
  }

  @Test
  void migrationMayUseSharedExtension() {
    TestTenant.createSharedExtension("seg");
    TestBlueprint blueprint = published(CARS);
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint
        .with(
            "V2__seg.sql",
            "CREATE EXTENSION IF NOT EXISTS seg; ALTER TABLE cars ADD COLUMN s seg DEFAULT '1 .. 2';")
        .publish();

    awaitSuccess(submit(path(tenant), "{}"));

    assertThat(tenant.column("INSERT INTO cars VALUES (1) RETURNING s")).containsExactly("1 .. 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP SCHEMA %s CASCADE;",
        "DELETE FROM %s.settings;",
        "DROP TABLE %s.settings;",
        "ALTER SCHEMA %s RENAME TO stolen;",
        "CREATE TABLE %s.mine (i int);",
        "CREATE SCHEMA stolen_%s;"
      })
  void migrationCannotChangeSchemaOfAnotherTenant(String statement) {
    TestTenant other = TestTenant.withSchema();
    TestBlueprint blueprint = published(CARS);
    TestTenant tenant = TestTenant.of(blueprint);
    // Golden templates are made where there are no other tenants.
    blueprint
        .with(
            "V2__other.sql",
            """
            DO $$ BEGIN
              IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = '%1$s') THEN
                %2$s
              END IF;
            END $$;
            """
                .formatted(
                    other.role(),
                    statement.formatted(
                        statement.startsWith("CREATE SCHEMA") ? "schema" : quote(other.role()))))
        .publish();

    JsonPath job = awaitJob(submit(path(tenant), "{}"));

    assertThat(job.getString("error.code")).isEqualTo("MIGRATION_FAILED");
    assertThat(job.getString("error.message")).contains("42501");
    assertThat(other.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
  }

  private static TestBlueprint published(String sql) {
    TestBlueprint blueprint = Isolation.SCHEMA.blueprint().with("V1__first.sql", sql);
    blueprint.publish();
    return blueprint;
  }

  private static String path(TestTenant tenant) {
    return "/api/v1/tenants/" + tenant.id() + "/migrations";
  }
}
