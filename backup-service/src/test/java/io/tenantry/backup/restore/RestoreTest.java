package io.tenantry.backup.restore;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tenantry.backup.TenantState;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Restores of tenants, by the real pg_restore, for both kinds of isolation. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class RestoreTest {

  private static final String RESTORES = "/api/v1/restores";

  /** How a tenant is kept apart. */
  private enum Isolation {
    DATABASE,
    SCHEMA;

    TestTenant tenant() {
      return this == DATABASE ? TestTenant.withDatabase() : TestTenant.withSchema();
    }
  }

  @Tag("B4")
  @ParameterizedTest
  @EnumSource
  void restoresUnusualObjects(Isolation isolation) {
    TestTenant tenant = Awkward.fill(isolation.tenant());
    Map<String, String> contents = TenantState.contents(tenant);
    String structure = TenantState.structure(tenant);
    backUp(tenant.id());
    tenant.execute(
        """
        DROP TABLE measurements, orders CASCADE;
        TRUNCATE customers;
        CREATE TABLE intruder (x int);
        SELECT nextval('ticket');
        """);

    JsonPath restore = restore(tenant);

    assertThat(TenantState.contents(tenant)).isEqualTo(contents);
    assertThat(TenantState.structure(tenant)).isEqualTo(structure);
    assertThat(restore.getString("status")).isEqualTo("completed");
    assertThat(restore.getLong("rows")).isPositive();
    assertThat(restore.getLong("downtime_ms")).isLessThan(restore.getLong("recovery_ms"));
    assertThat(tenant.column("SELECT value FROM settings WHERE key = 'plan'"))
        .containsExactly("\"gold\"");
  }

  @Tag("B4")
  @ParameterizedTest
  @EnumSource
  void restoreKeepsTenantsRights(Isolation isolation) throws SQLException {
    TestTenant tenant = isolation.tenant();
    backUp(tenant.id());
    restore(tenant);

    try (Connection connection = tenant.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO settings VALUES ('written', 'true')");
      assertThatThrownBy(() -> statement.execute("DROP TABLE settings"))
          .isInstanceOf(SQLException.class);
    }
    assertThat(
            ControlDatabase.column(
                """
                SELECT pg_get_userbyid(datdba) || ' ' || datconnlimit || ' ' || has_database_privilege('public', oid, 'CONNECT')
                FROM pg_database
                WHERE datname = ?
                """,
                tenant.database()))
        .containsExactly("tenantry_owner -1 false");
  }

  @Test
  @Tag("B4")
  void showsIdempotencyKeyOfRequest() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    String request = "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
    awaitSuccess(submit(RESTORES, request));
    awaitSuccess(
        asAdmin()
            .contentType(ContentType.JSON)
            .header("Idempotency-Key", "6f7d/restore")
            .body(request)
            .post(RESTORES)
            .then()
            .statusCode(202)
            .extract()
            .path("id"));

    asAdmin()
        .get(RESTORES + "?tenant_id=" + tenant.id())
        .then()
        .body("items.idempotency_key", contains("6f7d/restore", null));
  }

  @Tag("B4")
  @ParameterizedTest
  @EnumSource
  void undoesRestore(Isolation isolation) {
    TestTenant tenant = isolation.tenant();
    backUp(tenant.id());
    tenant.execute("INSERT INTO settings VALUES ('after', 'true')");
    String restored = restore(tenant).getString("id");
    assertThat(keys(tenant)).containsExactly("plan", "seats");

    awaitSuccess(submit(RESTORES + "/" + restored + "/undo", ""));

    assertThat(keys(tenant)).containsExactly("after", "plan", "seats");
    asAdmin().get(RESTORES + "/" + restored).then().body("status", equalTo("undone"));
    asAdmin()
        .post(RESTORES + "/" + restored + "/undo")
        .then()
        .statusCode(409)
        .body("code", equalTo("RESTORE_NOT_UNDOABLE"));
  }

  @Tag("B4")
  @ParameterizedTest
  @EnumSource
  void clonesTenantIntoNewOne(Isolation isolation) {
    TestTenant source = Awkward.fill(isolation.tenant());
    TestTenant clone = isolation.tenant();
    String backup = backUp(source.id());
    Map<String, String> contents = TenantState.contents(source);
    String structure = TenantState.structure(source);

    JsonPath restore =
        finished(
            submit(
                RESTORES,
                """
                {"tenant_id": "%s", "backup_id": "%s", "mode": "clone"}
                """
                    .formatted(clone.id(), backup)));

    assertThat(restore.getString("source_tenant_id")).isEqualTo(source.id().toString());
    Map<String, String> cloned = TenantState.contents(clone);
    cloned.replaceAll((name, hash) -> hash.replace(clone.role(), source.role()));
    assertThat(cloned).isEqualTo(contents);
    assertThat(TenantState.structure(clone).replace(clone.role(), source.role()))
        .isEqualTo(structure);
    assertThat(TenantState.contents(source)).isEqualTo(contents);
    assertThat(TenantState.structure(source)).isEqualTo(structure);
    assertThat(keys(clone)).containsExactly("plan", "seats");
  }

  @Tag("B4")
  @Test
  void failedRestoreLeavesTenantUnchanged() {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());
    tenant.execute("INSERT INTO settings VALUES ('after', 'true')");
    // As if a table had held more rows than what comes back.
    ControlDatabase.execute(
        "UPDATE backup.backups SET manifest = replace(manifest, '\"rows\":2', '\"rows\":3') WHERE backup_id = ?::uuid",
        backup);

    JsonPath job = awaitJob(submit(RESTORES, body(tenant)));

    assertThat(job.getString("status")).isEqualTo("failed");
    assertThat(job.getString("error.code")).isEqualTo("RESTORE_MISMATCH");
    assertThat(keys(tenant)).containsExactly("after", "plan", "seats");
    assertThat(besideDatabases(tenant)).isEmpty();
  }

  @Tag("B4")
  @Test
  void failedRestoreOfSchemaLeavesTenantUnchanged() {
    TestTenant tenant = TestTenant.withSchema();
    String backup = backUp(tenant.id());
    tenant.execute("INSERT INTO settings VALUES ('after', 'true')");
    ControlDatabase.execute(
        "UPDATE backup.backups SET manifest = replace(manifest, '\"rows\":2', '\"rows\":3') WHERE backup_id = ?::uuid",
        backup);

    JsonPath job = awaitJob(submit(RESTORES, body(tenant)));

    assertThat(job.getString("error.code")).isEqualTo("RESTORE_MISMATCH");
    assertThat(keys(tenant)).containsExactly("after", "plan", "seats");
  }

  @Tag("B4")
  @Test
  void dryRunShowsPlanAndChangesNothing() {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());

    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"tenant_id\": \"%s\", \"dry_run\": true}".formatted(tenant.id()))
        .post(RESTORES)
        .then()
        .statusCode(200)
        .body("backup_id", equalTo(backup))
        .body("database", equalTo(tenant.database()))
        .body("rows", equalTo(2))
        .body("stores[0]", equalTo("primary"))
        .body("steps", equalTo(List.of("create", "load", "verify", "swap", "record", "analyze")));
    asAdmin()
        .queryParam("tenant_id", tenant.id())
        .get(RESTORES)
        .then()
        .body("items", equalTo(List.of()));
  }

  @Tag("B4")
  @Test
  void refusesBackupThatDoesNotMatchTenant() {
    TestTenant one = TestTenant.withDatabase();
    TestTenant other = TestTenant.withDatabase();
    TestTenant schema = TestTenant.withSchema();
    String backup = backUp(one.id());

    refused("{\"tenant_id\": \"%s\", \"backup_id\": \"%s\"}".formatted(other.id(), backup))
        .body("errors.field", equalTo(List.of("backup_id")));
    refused(
            "{\"tenant_id\": \"%s\", \"backup_id\": \"%s\", \"mode\": \"clone\"}"
                .formatted(one.id(), backup))
        .body("errors.field", equalTo(List.of("backup_id")));
    refused(
            "{\"tenant_id\": \"%s\", \"backup_id\": \"%s\", \"mode\": \"clone\"}"
                .formatted(schema.id(), backup))
        .body("errors.field", equalTo(List.of("backup_id")));
    refused("{}").body("errors.field", equalTo(List.of("tenant_id")));
    asAdmin()
        .contentType(ContentType.JSON)
        .body(body(other))
        .post(RESTORES)
        .then()
        .statusCode(404)
        .body("code", equalTo("BACKUP_NOT_FOUND"));
  }

  @Tag("B4")
  @Test
  void onlyLastOfTwoRestoresIsUndone() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    String first = restore(tenant).getString("id");
    restore(tenant);

    asAdmin()
        .post(RESTORES + "/" + first + "/undo")
        .then()
        .statusCode(409)
        .body("code", equalTo("RESTORE_NOT_UNDOABLE"));
  }

  @Tag("B4")
  @Test
  void dropsReplacedDataWhenItExpires() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    JsonPath restore = restore(tenant);
    String former = restore.getString("former.database");
    assertThat(ControlDatabase.column("SELECT 1 FROM pg_database WHERE datname = ?", former))
        .hasSize(1);

    // The day after.
    ControlDatabase.execute(
        "UPDATE backup.restores SET former_expires_at = now() WHERE tenant_id = ?", tenant.id());
    ControlDatabase.execute(
        """
        UPDATE backup.scheduled_tasks
        SET execution_time = now()
        WHERE task_instance IN (
          SELECT job_id::text FROM backup.jobs WHERE type = 'drop_former' AND tenant_id = ?)
        """,
        tenant.id());

    String path = RESTORES + "/" + restore.getString("id");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> asAdmin().get(path).then().body("former.dropped_at", notNullValue()));
    assertThat(ControlDatabase.column("SELECT 1 FROM pg_database WHERE datname = ?", former))
        .isEmpty();
    asAdmin().post(path + "/undo").then().statusCode(409);
  }

  private static ValidatableResponse refused(String body) {
    return asAdmin().contentType(ContentType.JSON).body(body).post(RESTORES).then().statusCode(422);
  }

  private static JsonPath restore(TestTenant tenant) {
    return finished(submit(RESTORES, body(tenant)));
  }

  private static JsonPath finished(String job) {
    String restore = awaitSuccess(job).getString("result.restore_id");
    return asAdmin().get(RESTORES + "/" + restore).jsonPath();
  }

  private static String body(TestTenant tenant) {
    return "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
  }

  private static List<String> keys(TestTenant tenant) {
    return tenant.column("SELECT key FROM settings ORDER BY key");
  }

  /** The databases that a restore of this tenant has left. */
  private static List<String> besideDatabases(TestTenant tenant) {
    return ControlDatabase.column(
        """
        SELECT datname
        FROM pg_database
        JOIN backup.restores ON datname IN (
          'restore_' || replace(restore_id::text, '-', '_'), 'former_' || replace(restore_id::text, '-', '_'))
        WHERE tenant_id = ?
        """,
        tenant.id());
  }
}
