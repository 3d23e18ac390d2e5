package io.tenantry.cli.migration;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No operation of Tenantry lets a tenant drift from its golden template. */
@Tag("D1")
class DriftIT {

  private final Ctl ctl = Services.ctl();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"acquiring", "car", "project"})
  void reportsNoDriftOfShippedBlueprintAfterRotationAndRestore(String blueprint) {
    String name = newName();
    ctl.run("tenants", "create", name, "--blueprint", blueprint).ok();

    assertHasNotDrifted(name);
    ctl.run("tenants", "rotate-credentials", name).ok();
    assertHasNotDrifted(name);
    ctl.run("backups", "create", name, "--wait").ok();
    ctl.run("restore", name, "--wait", "--yes").ok();
    assertHasNotDrifted(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"database", "schema"})
  void reportsNoDriftAfterMigrationAndRollback(String isolation) throws Exception {
    String blueprint = newName();
    Files.createDirectories(folder.resolve("migrations"));
    Files.writeString(
        folder.resolve("blueprint.yaml"),
        "name: %1$s\nisolation: %2$s\nnaming: %1$s_{tenant_id}\n".formatted(blueprint, isolation));
    migration("V1__items.sql", "CREATE TABLE items (id serial PRIMARY KEY, name text)");
    String first = push();
    String name = newName();
    ctl.run("tenants", "create", name, "--blueprint", blueprint).ok();
    migration(
        "V2__rich.sql",
        """
        CREATE TYPE mood AS ENUM ('glad');
        ALTER TABLE items ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON items TO CURRENT_USER USING (true);
        GRANT SELECT (name) ON items TO PUBLIC;
        CREATE FUNCTION count_items() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM items';
        CREATE VIEW named AS SELECT name FROM items;
        ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
        """);
    migration(
        "U2__rich.sql",
        """
        DROP VIEW named;
        DROP FUNCTION count_items;
        REVOKE SELECT (name) ON items FROM PUBLIC;
        DROP POLICY own ON items;
        ALTER TABLE items DISABLE ROW LEVEL SECURITY;
        DROP TYPE mood;
        """);
    push();

    ctl.run("migrations", "run", name, "--wait").ok();
    assertHasNotDrifted(name);
    String fresh = newName();
    ctl.run("tenants", "create", fresh, "--blueprint", blueprint).ok();
    assertHasNotDrifted(fresh);
    ctl.run("migrations", "rollback", name, "--to", first, "--wait", "--yes").ok();
    assertHasNotDrifted(name);
  }

  @Test
  @Tag("F7")
  void comparesSettingsOfDatabase() throws Exception {
    String name = newName();
    ctl.run("tenants", "create", name, "--blueprint", "car").ok();
    Sql.execute(
        Sql.asSuperuser(ctl, name),
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''Asia/Tokyo''',"
            + " current_database()); END $$");

    assertThat(ctl.run("migrations", "drift", name, "--no-headers").out())
        .contains("setting", "TimeZone", "unexpected");
  }

  private void migration(String file, String sql) throws Exception {
    Files.writeString(folder.resolve("migrations").resolve(file), sql + ";\n");
  }

  private String push() {
    return ctl.run("blueprints", "push", folder.toString(), "-o", "json")
        .ok()
        .json()
        .path("version")
        .asText();
  }

  private void assertHasNotDrifted(String tenant) {
    Ctl.Result drift = ctl.run("migrations", "drift", tenant);
    assertThat(drift.out()).isEmpty();
    drift.ok().says("Tenant " + tenant + " matches its golden template.\n");
  }
}
