package io.tenantry.backup.backup;

import static io.tenantry.backup.BackupApi.awaitRetriedJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.kernel.db.Identifiers.quote;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rows in a backup's manifest are those of its dump, whatever the tenant has planted. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("B1")
class DumpedRowsTest {

  @Test
  @Tag("P13")
  void countsWhateverTenantPlants() {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute(
        """
        CREATE TABLE "\\." ("\\." text);
        INSERT INTO "\\." VALUES (E'\\\\.'), (E'a\\n\\\\.\\n\\n\\nb'), (E'\\r\\n'), (NULL), ('');
        CREATE TABLE "two\nlines, ""; COPY" (i int);
        INSERT INTO "two\nlines, ""; COPY" VALUES (1);
        CREATE TABLE bare ();
        INSERT INTO bare DEFAULT VALUES;
        INSERT INTO bare DEFAULT VALUES;
        CREATE TABLE empty (text text);
        CREATE TABLE derived (i int GENERATED ALWAYS AS (1) STORED);
        INSERT INTO derived DEFAULT VALUES;
        INSERT INTO derived DEFAULT VALUES;
        INSERT INTO derived DEFAULT VALUES;
        CREATE TABLE parent (i int);
        CREATE TABLE child () INHERITS (parent);
        INSERT INTO parent VALUES (1);
        INSERT INTO child VALUES (2), (3);
        CREATE TABLE parted (i int) PARTITION BY LIST (i);
        CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
        INSERT INTO parted VALUES (1), (1);
        CREATE UNLOGGED TABLE unlogged AS SELECT 1 AS i;
        CREATE TABLE forced AS SELECT i FROM generate_series(1, 7) AS i;
        ALTER TABLE forced ENABLE ROW LEVEL SECURITY;
        ALTER TABLE forced FORCE ROW LEVEL SECURITY;
        CREATE MATERIALIZED VIEW seen AS SELECT * FROM forced;
        CREATE VIEW viewed AS SELECT * FROM parted;
        """);

    JsonPath backup = backup(backUp(tenant.id()));

    assertThat(rows(backup))
        .isEqualTo(
            new LinkedHashMap<>(
                Map.ofEntries(
                    Map.entry("\\.", 5),
                    Map.entry("bare", 2),
                    Map.entry("child", 2),
                    Map.entry("derived", 3),
                    Map.entry("empty", 0),
                    Map.entry("forced", 7),
                    Map.entry("parent", 1),
                    Map.entry("part", 2),
                    Map.entry("settings", 2),
                    Map.entry("two\nlines, \"; COPY", 1),
                    Map.entry("unlogged", 1))));
    assertThat(backup.getLong("manifest.rows")).isEqualTo(26);
    assertThat(backup.getString("manifest.compression")).isEqualTo("stream");
    awaitSuccess(submit("/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id())));
    assertThat(TenantDatabase.column(tenant, "SELECT count(*) FROM \"\\.\"")).containsExactly("5");
  }

  @Test
  @Tag("F4")
  void countsTableOfAnotherRoleAndLargeObjects() {
    TestTenant tenant = TestTenant.withDatabase();
    String other = "other_" + UUID.randomUUID().toString().replace('-', '_');
    ControlDatabase.execute("CREATE ROLE " + quote(other));
    TenantDatabase.execute(
        tenant,
        "CREATE TABLE others AS SELECT i FROM generate_series(1, 3) AS i; ALTER TABLE others OWNER TO "
            + quote(other));
    tenant.column("SELECT lo_from_bytea(4711, decode(repeat('0a5c2e0a', 100000), 'hex'))");
    tenant.column("SELECT lo_from_bytea(4712, '')");

    JsonPath backup = backup(backUp(tenant.id()));

    assertThat(rows(backup)).isEqualTo(Map.of("others", 3, "settings", 2));
    assertThat(backup.getLong("manifest.large_objects")).isEqualTo(2);
    assertThat(backup.getList("manifest.roles")).isEqualTo(List.of(other));
  }

  @Test
  @Tag("F4")
  void noFunctionOfTenantRunsDuringItsBackup() {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute(
        """
        CREATE TABLE indexed (i int);
        INSERT INTO indexed VALUES (1), (2);
        CREATE FUNCTION planned() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END $$;
        CREATE INDEX ON indexed (i) WHERE i < planned();
        CREATE OR REPLACE FUNCTION planned() RETURNS int LANGUAGE plpgsql IMMUTABLE
          AS $$ BEGIN RAISE 'a function of the tenant was run by %', session_user; END $$;
        """);

    assertThat(rows(backup(backUp(tenant.id())))).isEqualTo(Map.of("indexed", 2, "settings", 2));
    // It could not be restored.
    tenant.forget();
  }

  @Test
  void roleOfPgDumpWithAnotherPasswordIsRepaired() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    ControlDatabase.execute("ALTER ROLE %s PASSWORD 'another'".formatted(ClusterRoles.DUMP));

    assertThat(
            awaitRetriedJob(submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}"))
                .getString("status"))
        .isEqualTo("completed");
  }

  private static Map<String, Integer> rows(JsonPath backup) {
    List<String> names = backup.getList("manifest.tables.name");
    List<Integer> rows = backup.getList("manifest.tables.rows");
    Map<String, Integer> found = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      found.put(names.get(i), rows.get(i));
    }
    return found;
  }
}
