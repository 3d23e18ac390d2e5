package io.tenantry.backup.backup;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
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
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The roles that operations use, and the marks that tenants' data must have. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
class BackupRolesTest {

  private static final int LIMIT = 20;

  @ParameterizedTest
  @EnumSource
  @Tag("F10")
  void operationsWorkWhileTenantUsesAllItsConnections(Isolation isolation) throws SQLException {
    TestBlueprint blueprint =
        isolation.blueprint().with("V1__cars.sql", "CREATE TABLE cars (i int);");
    blueprint.publish();
    TestTenant tenant = TestTenant.of(blueprint);
    blueprint.with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;").publish();
    List<Connection> connections = new ArrayList<>();
    try {
      for (int i = 0; i < LIMIT; i++) {
        connections.add(tenant.connect());
      }
      backUp(tenant.id());
      awaitSuccess(submit("/api/v1/tenants/" + tenant.id() + "/migrations", "{}"));
      asAdmin().get("/api/v1/tenants/" + tenant.id() + "/drift").then().statusCode(200);
      awaitSuccess(submit("/api/v1/restores", body(tenant)));
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  @Tag("F9")
  void warnsThatBackupOfSchemaLacksLargeObjects() {
    TestTenant tenant = TestTenant.withSchema();
    TestTenant neighbour = TestTenant.withSchema();
    tenant.column("SELECT lo_from_bytea(0, 'mine') IS NOT NULL");
    neighbour.column("SELECT lo_from_bytea(0, 'theirs') IS NOT NULL");

    JsonPath backup = backup(backUp(tenant.id()));

    assertThat(backup.getLong("manifest.large_objects")).isZero();
    assertThat(backup.getLong("manifest.large_objects_left_out")).isEqualTo(1);
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"tenant_id\": \"%s\", \"dry_run\": true}".formatted(tenant.id()))
        .post("/api/v1/restores")
        .then()
        .body("large_objects_left_out", equalTo(1));
    awaitSuccess(submit("/api/v1/restores", body(tenant)));
    assertThat(
            TenantDatabase.column(
                tenant,
                "SELECT convert_from(lo_get(oid), 'UTF8') FROM pg_largeobject_metadata WHERE pg_get_userbyid(lomowner) = '%s'"
                    .formatted(tenant.role())))
        .containsExactly("mine");
  }

  @Test
  @Tag("F4")
  void countsAllRowsOfTablesWhosePoliciesApplyToTheirOwner() {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute(
        """
        CREATE TABLE hidden (text text, i int);
        INSERT INTO hidden SELECT E'a line\\n\\\\.\\n\\\\.counted', i FROM generate_series(1, 1000) AS i;
        CREATE TABLE bare ();
        INSERT INTO bare DEFAULT VALUES;
        ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
        ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
        ALTER TABLE bare ENABLE ROW LEVEL SECURITY;
        ALTER TABLE bare FORCE ROW LEVEL SECURITY;
        """);

    JsonPath backup = backup(backUp(tenant.id()));

    assertThat(backup.getList("manifest.tables.name"))
        .isEqualTo(List.of("bare", "hidden", "settings"));
    assertThat(backup.getList("manifest.tables.rows")).isEqualTo(List.of(1, 1000, 2));
    awaitSuccess(submit("/api/v1/restores", body(tenant)));
    assertThat(TenantDatabase.column(tenant, "SELECT count(*) FROM hidden"))
        .containsExactly("1000");
    assertThat(
            TenantDatabase.column(
                tenant, "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'hidden'"))
        .containsExactly("t");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F2")
  void refusesDataMarkedAsAnotherTenants(Isolation isolation) {
    TestTenant tenant = tenant(isolation);
    String backup = backUp(tenant.id());
    tenant.mark(UUID.randomUUID());

    JsonPath job = awaitJob(submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}"));
    JsonPath restore = awaitJob(submit("/api/v1/restores", body(tenant)));

    assertThat(job.getString("error.code")).isEqualTo("IDENTITY_MISMATCH");
    assertThat(job.getInt("attempts")).isEqualTo(1);
    assertThat(restore.getString("error.code")).isEqualTo("IDENTITY_MISMATCH");
    assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
    assertThat(backup(backup).getString("status")).isEqualTo("completed");
  }

  @Test
  @Tag("F2")
  void doesNotUndoWithDatabaseMarkedAsSomethingElse() throws SQLException {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    String restore =
        awaitSuccess(submit("/api/v1/restores", body(tenant))).getString("result.restore_id");
    String former =
        asAdmin().get("/api/v1/restores/" + restore).jsonPath().getString("former.database");
    ControlDatabase.execute(
        "COMMENT ON DATABASE %s IS 'tenantry tenant installation=%s tenant=%s'"
            .formatted(quote(former), UUID.randomUUID(), UUID.randomUUID()));

    try (Connection open = tenant.connect()) {
      JsonPath undo = awaitJob(submit("/api/v1/restores/" + restore + "/undo", ""));

      assertThat(undo.getString("error.code")).isEqualTo("IDENTITY_MISMATCH");
      assertThat(open.isValid(5)).as("no session was ended for it").isTrue();
    }
    assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
    assertThat(ControlDatabase.column("SELECT 1 FROM pg_database WHERE datname = ?", former))
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void reportsTenantThatWasNotConverted(Isolation isolation) {
    TestTenant tenant = tenant(isolation);
    ControlDatabase.execute(
        "ALTER ROLE %s RENAME TO %s"
            .formatted(
                quote(ClusterRoles.owner(tenant.role())),
                quote("away_" + UUID.randomUUID().toString().replace('-', '_'))));

    JsonPath job = awaitJob(submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}"));

    assertThat(job.getString("error.code")).isEqualTo("CLUSTER_NOT_PREPARED");
    assertThat(job.getString("error.message")).contains(ClusterRoles.owner(tenant.role()));
  }

  @Test
  @Tag("F4")
  void ownerRoleCannotReachDatabaseOfAnotherTenant() {
    TestTenant tenant = TestTenant.withDatabase();
    TestTenant other = TestTenant.withDatabase();
    backUp(other.id());
    awaitSuccess(submit("/api/v1/restores", body(other)));

    assertThat(
            ControlDatabase.column(
                "SELECT has_database_privilege(?, ?, 'CONNECT') || ' ' || has_database_privilege(?, ?, 'CONNECT')",
                ClusterRoles.owner(tenant.role()),
                other.database(),
                ClusterRoles.owner(other.role()),
                other.database()))
        .containsExactly("false true");
  }

  private static TestTenant tenant(Isolation isolation) {
    return isolation == Isolation.DATABASE ? TestTenant.withDatabase() : TestTenant.withSchema();
  }

  private static String body(TestTenant tenant) {
    return "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
  }
}
