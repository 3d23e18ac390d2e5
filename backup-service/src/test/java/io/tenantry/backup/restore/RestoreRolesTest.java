package io.tenantry.backup.restore;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
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
import io.restassured.response.ValidatableResponse;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Restores of what belongs to other roles than the blueprint's, or to roles that are gone. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
class RestoreRolesTest {

  @ParameterizedTest
  @EnumSource
  @Tag("F12")
  void restoresAndClonesTablesOwnedByTenant(Isolation isolation) {
    TestTenant tenant = tenant(isolation);
    TestTenant copy = tenant(isolation);
    permitCreation(tenant);
    tenant.run("CREATE TABLE mine (i int); INSERT INTO mine VALUES (1), (2)");
    String backup = backUp(tenant.id());

    awaitSuccess(submit("/api/v1/restores", body(tenant)));
    clone(backup, copy);

    for (TestTenant restored : List.of(tenant, copy)) {
      assertThat(owner(restored, "mine")).isEqualTo(restored.role());
      assertThat(restored.column("SELECT i FROM mine ORDER BY i")).containsExactly("1", "2");
      // What it may do in its schema is in the backup, too.
      restored.run("CREATE TABLE another (i int)");
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F12")
  void restoresTablesOfTenantThatMayNoLongerCreateThem(Isolation isolation) {
    TestTenant tenant = tenant(isolation);
    permitCreation(tenant);
    tenant.run("CREATE TABLE mine (i int); INSERT INTO mine VALUES (1)");
    tenant.execute(
        "REVOKE CREATE ON SCHEMA %s FROM %s"
            .formatted(quote(tenant.schemaName()), quote(tenant.role())));
    backUp(tenant.id());

    awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(owner(tenant, "mine")).isEqualTo(tenant.role());
    assertThat(
            TenantDatabase.column(
                tenant,
                "SELECT has_schema_privilege('%s', '%s', 'CREATE')"
                    .formatted(tenant.role(), tenant.schemaName())))
        .containsExactly("f");
  }

  @Test
  @Tag("F12")
  void restoresRightsGrantedByTenant() {
    TestTenant tenant = TestTenant.withDatabase();
    String reporting = role();
    tenant.execute(
        "GRANT SELECT ON settings TO %s WITH GRANT OPTION".formatted(quote(tenant.role())));
    tenant.run("GRANT SELECT ON settings TO " + reporting);
    backUp(tenant.id());

    awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(
            TenantDatabase.column(
                tenant,
                "SELECT has_table_privilege('%s', 'settings', 'SELECT')".formatted(reporting)))
        .containsExactly("t");
  }

  @Test
  @Tag("F12")
  void viewThatOwnerCannotRefreshStaysEmptyAndRestoreCompletes() {
    TestTenant tenant = TestTenant.withDatabase();
    permitCreation(tenant);
    tenant.run("CREATE MATERIALIZED VIEW keys AS SELECT key FROM settings");
    tenant.execute("REVOKE SELECT ON settings FROM tenantry_app");
    backUp(tenant.id());

    JsonPath job = awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(job.getList("result.notes", String.class))
        .anySatisfy(note -> assertThat(note).contains("public.keys is empty"));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F20")
  void omitsRightsOfMissingRoles(Isolation isolation) {
    TestTenant tenant = tenant(isolation);
    String reporting = role();
    tenant.execute(
        """
        GRANT SELECT ON settings TO %1$s;
        CREATE TABLE seen (i int);
        ALTER TABLE seen ENABLE ROW LEVEL SECURITY;
        CREATE POLICY reported ON seen TO %1$s, %2$s USING (true);
        ALTER DEFAULT PRIVILEGES IN SCHEMA %3$s GRANT SELECT ON TABLES TO %1$s;
        """
            .formatted(reporting, quote(tenant.role()), quote(tenant.schemaName())));
    backUp(tenant.id());
    forget(tenant, reporting);

    plan(tenant).body("missing_roles", equalTo(List.of(reporting)));
    JsonPath job = awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(job.getList("result.notes", String.class))
        .anySatisfy(note -> assertThat(note).contains(reporting).contains("no such role"));
    assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
    assertThat(tenant.column("SELECT count(*) FROM seen")).containsExactly("0");
  }

  @Test
  @Tag("F20")
  void objectsOfMissingRoleBelongToBlueprintsOwner() {
    TestTenant tenant = TestTenant.withDatabase();
    String reporting = role();
    TenantDatabase.execute(
        tenant,
        "CREATE TABLE reports (i int); INSERT INTO reports VALUES (7); ALTER TABLE reports OWNER TO "
            + reporting);
    backUp(tenant.id());
    forget(tenant, reporting);

    JsonPath job = awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(job.getList("result.notes", String.class))
        .anySatisfy(note -> assertThat(note).contains(reporting).contains("belong to"));
    assertThat(owner(tenant, "reports")).isEqualTo(ClusterRoles.CONTENT);
    assertThat(TenantDatabase.column(tenant, "SELECT i FROM reports")).containsExactly("7");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F21")
  void clonesObjectsOfSecondLogin(Isolation isolation) throws SQLException {
    TestTenant tenant = tenant(isolation);
    TestTenant copy = tenant(isolation);
    tenant.createSecondRole();
    permitCreation(tenant);
    try (Connection second = tenant.connect(ClusterRoles.second(tenant.role()));
        Statement statement = second.createStatement()) {
      statement.execute("SET ROLE NONE");
      statement.execute("SET search_path = %s".formatted(quote(tenant.schemaName())));
      statement.execute("CREATE TABLE seconds (i int)");
      statement.execute("SELECT lo_from_bytea(0, 'second')");
    }
    String backup = backUp(tenant.id());

    clone(backup, copy);

    assertThat(owner(copy, "seconds")).isEqualTo(ClusterRoles.second(copy.role()));
    if (isolation == Isolation.DATABASE) {
      assertThat(
              TenantDatabase.column(
                  copy, "SELECT pg_get_userbyid(lomowner) FROM pg_largeobject_metadata"))
          .containsExactly(ClusterRoles.second(copy.role()));
    }
    assertThat(
            ControlDatabase.column(
                "SELECT rolcanlogin || ' ' || rolconnlimit || ' ' || pg_has_role(oid, ?, 'MEMBER') FROM pg_roles WHERE rolname = ?",
                copy.role(),
                ClusterRoles.second(copy.role())))
        .containsExactly("false 20 true");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F13")
  void restoresTenantWhoseDataIsGone(Isolation isolation) {
    TestTenant tenant = tenant(isolation);
    backUp(tenant.id());
    tenant.drop();

    plan(tenant).body("rows", equalTo(2));
    String restore =
        awaitSuccess(submit("/api/v1/restores", body(tenant))).getString("result.restore_id");

    assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
    asAdmin()
        .post("/api/v1/restores/" + restore + "/undo")
        .then()
        .statusCode(409)
        .body("code", equalTo("RESTORE_NOT_UNDOABLE"));
    // And it is a tenant like any other.
    backUp(tenant.id());
    awaitSuccess(submit("/api/v1/restores", body(tenant)));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F13")
  void createsMissingRolesSoThatConnectionStringWorks(Isolation isolation) {
    TestTenant tenant = tenant(isolation);
    backUp(tenant.id());
    tenant.drop();
    tenant.dropRoles();

    awaitSuccess(submit("/api/v1/restores", body(tenant)));

    assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
    assertThat(tenant.column("INSERT INTO settings VALUES ('written', '1') RETURNING key"))
        .containsExactly("written");
    assertThat(
            ControlDatabase.column(
                "SELECT rolconnlimit FROM pg_roles WHERE rolname = ?", tenant.role()))
        .containsExactly("20");
    assertThat(
            ControlDatabase.column(
                "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname IN (?, ?)",
                tenant.role(),
                ClusterRoles.owner(tenant.role())))
        .hasSize(2)
        .allSatisfy(mark -> assertThat(mark).contains("tenant=" + tenant.id()));
    backUp(tenant.id());
  }

  @Test
  @Tag("F13")
  void restoredSuspendedTenantCannotLogIn() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    tenant.setStatus("suspended");
    tenant.drop();
    tenant.dropRoles();

    assertThat(awaitJob(submit("/api/v1/restores", body(tenant))).getString("status"))
        .isEqualTo("completed");

    assertThat(
            ControlDatabase.column(
                "SELECT rolcanlogin FROM pg_roles WHERE rolname = ?", tenant.role()))
        .containsExactly("f");
  }

  private static TestTenant tenant(Isolation isolation) {
    return isolation == Isolation.DATABASE ? TestTenant.withDatabase() : TestTenant.withSchema();
  }

  private static void permitCreation(TestTenant tenant) {
    tenant.execute(
        "GRANT CREATE ON SCHEMA %s TO %s"
            .formatted(quote(tenant.schemaName()), quote(tenant.role())));
  }

  private static String owner(TestTenant tenant, String table) {
    return TenantDatabase.column(
            tenant,
            "SELECT tableowner FROM pg_tables WHERE schemaname = '%s' AND tablename = '%s'"
                .formatted(tenant.schemaName(), table))
        .getFirst();
  }

  /** A role that has nothing to do with Tenantry. */
  private static String role() {
    String role = "reporting_" + UUID.randomUUID().toString().replace('-', '_');
    ControlDatabase.execute("CREATE ROLE " + role);
    return role;
  }

  private static void forget(TestTenant tenant, String role) {
    TenantDatabase.execute(tenant, "DROP OWNED BY " + role);
    ControlDatabase.execute("DROP ROLE " + role);
  }

  private static void clone(String backup, TestTenant copy) {
    awaitSuccess(
        submit(
            "/api/v1/restores",
            "{\"tenant_id\": \"%s\", \"backup_id\": \"%s\", \"mode\": \"clone\"}"
                .formatted(copy.id(), backup)));
  }

  private static ValidatableResponse plan(TestTenant tenant) {
    return asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"tenant_id\": \"%s\", \"dry_run\": true}".formatted(tenant.id()))
        .post("/api/v1/restores")
        .then()
        .statusCode(200);
  }

  private static String body(TestTenant tenant) {
    return "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
  }
}
