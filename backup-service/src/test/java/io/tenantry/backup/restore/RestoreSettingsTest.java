package io.tenantry.backup.restore;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.kernel.db.Identifiers.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Settings of databases, which are no part of a dump. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
@Tag("F6")
class RestoreSettingsTest {

  @Test
  void restoresSettingsThatAreLists() {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute("CREATE SCHEMA \"an, odd\"");
    set(tenant, "ALTER ROLE %2$s IN DATABASE %1$s SET search_path = public, pg_catalog");
    set(tenant, "ALTER DATABASE %1$s SET search_path = \"an, odd\", \"$user\", public");
    set(tenant, "ALTER DATABASE %1$s SET work_mem = '5MB'");
    List<String> before = settings(tenant);
    String backup = backUp(tenant.id());

    String restore =
        awaitSuccess(submit("/api/v1/restores", body(tenant))).getString("result.restore_id");

    assertThat(settings(tenant)).hasSize(3).isEqualTo(before);
    assertThat(tenant.column("SHOW search_path")).containsExactly("public, pg_catalog");
    // What was set since does not stay when the restore is undone, and the other way round.
    set(tenant, "ALTER DATABASE %1$s RESET work_mem");
    awaitSuccess(submit("/api/v1/restores/" + restore + "/undo", ""));
    assertThat(settings(tenant)).hasSize(2);
    assertThat(
            asAdmin().get("/api/v1/backups/" + backup).jsonPath().getList("manifest.settings.name"))
        .contains("search_path", "work_mem");
  }

  @Test
  void reportsSettingsOnlySuperuserMayMakeAndCompletes() {
    TestTenant tenant = TestTenant.withDatabase();
    set(tenant, "ALTER DATABASE %1$s SET temp_file_limit = '1GB'");
    set(tenant, "ALTER DATABASE %1$s SET work_mem = '5MB'");
    backUp(tenant.id());

    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"tenant_id\": \"%s\", \"dry_run\": true}".formatted(tenant.id()))
        .post("/api/v1/restores")
        .then()
        .statusCode(200)
        .body("refused_settings", equalTo(List.of("temp_file_limit")));
    JsonPath job = awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(job.getInt("attempts")).isEqualTo(1);
    assertThat(job.getList("result.notes", String.class))
        .singleElement()
        .satisfies(note -> assertThat(note).contains("temp_file_limit"));
    assertThat(settings(tenant))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("work_mem"));
  }

  @Test
  @Tag("F13")
  void missingDatabaseGetsSettingsOfItsBackup() {
    TestTenant tenant = TestTenant.withDatabase();
    set(tenant, "ALTER ROLE %2$s IN DATABASE %1$s SET search_path = public, pg_catalog");
    List<String> before = settings(tenant);
    backUp(tenant.id());
    tenant.drop();

    awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(settings(tenant)).hasSize(1).isEqualTo(before);
  }

  /** As a tenant may set for its roles, and who owns the database for that. */
  @Test
  @Tag("K2")
  void settingsDoNotBlockBackupOrRestore() {
    TestTenant tenant = TestTenant.withDatabase();
    for (String setting :
        List.of(
            "statement_timeout = 1",
            "lock_timeout = 1",
            "idle_session_timeout = 1",
            "idle_in_transaction_session_timeout = 1",
            "default_transaction_read_only = on",
            "local_preload_libraries = nothing",
            "exit_on_error = on",
            "quote_all_identifiers = on",
            "standard_conforming_strings = off",
            "bytea_output = escape",
            "search_path = nowhere")) {
      set(tenant, "ALTER DATABASE %1$s SET " + setting);
      ControlDatabase.execute(
          "ALTER ROLE %s SET %s".formatted(quote(ClusterRoles.owner(tenant.role())), setting));
    }
    List<String> before = settings(tenant);
    backUp(tenant.id());

    JsonPath job = awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(job.getInt("attempts")).isEqualTo(1);
    assertThat(settings(tenant)).isEqualTo(before);
  }

  private static void set(TestTenant tenant, String statement) {
    ControlDatabase.execute(statement.formatted(quote(tenant.database()), quote(tenant.role())));
  }

  private static List<String> settings(TestTenant tenant) {
    return ControlDatabase.column(
        """
        SELECT concat_ws(' ', nullif(setrole, 0)::regrole::text, setting)
        FROM pg_db_role_setting
        JOIN pg_database ON pg_database.oid = setdatabase
        CROSS JOIN unnest(setconfig) AS setting
        WHERE datname = ?
        ORDER BY 1
        """,
        tenant.database());
  }

  private static String body(TestTenant tenant) {
    return "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
  }
}
