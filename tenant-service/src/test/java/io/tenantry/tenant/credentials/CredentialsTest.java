package io.tenantry.tenant.credentials;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.apikey.ApiKeyApi;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.LocalStackResource;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How tenants log in, and go on doing so while their credentials change. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class CredentialsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  @Tag("T12")
  void readsAConnectionStringThatWorksAndLeavesAnAuditRecord() throws SQLException {
    UUID tenant = createTenant(newName());

    String connectionString = read(tenant);

    assertThat(connectionString).isEqualTo(TenantConnections.of(tenant));
    connect(connectionString).close();
    asAdmin()
        .queryParam("tenant_id", tenant)
        .queryParam("action", "GET /api/v1/tenants/{tenant_id}/connection-string")
        .get("/api/v1/audit")
        .then()
        .body("items", hasSize(1))
        .body("items.actor", contains("key:admin"))
        .body("items.outcome", contains("succeeded"));
  }

  @Test
  @Tag("T12")
  void disclosesNothingWithoutAuditEntry() {
    UUID tenant = createTenant(newName());
    Postgres.execute(
        Postgres.CONTROL,
        "ALTER TABLE control_plane.audit_log ADD CONSTRAINT fault CHECK (action NOT LIKE 'GET%') NOT VALID");
    try {
      asAdmin().get(path(tenant)).then().statusCode(500);
    } finally {
      Postgres.execute(
          Postgres.CONTROL, "ALTER TABLE control_plane.audit_log DROP CONSTRAINT fault");
    }
  }

  @Test
  @Tag("T12")
  void refusesConnectionStringToOtherRolesThanAdmin() {
    UUID tenant = createTenant(newName());
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);

    given().header("X-API-Key", key.secret()).get(path(tenant)).then().statusCode(403);
    given().get(path(tenant)).then().statusCode(401);
    asAdmin().get(path(UUID.randomUUID())).then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET role = '%s'",
        "SET search_path = app, public",
        "SET search_path = \"a,b\", \"c\"\"d\", public",
        "SET statement_timeout = 1",
        "SET default_transaction_read_only = on",
        "SET application_name = 'it''s me'",
        "IN DATABASE %s SET search_path = pg_temp, public"
      })
  @Tag("F5")
  @Tag("P13")
  void rotatesDespiteRoleSettingsOfTenant(String setting) throws SQLException {
    UUID tenant = createTenant(newName());
    String former = read(tenant);
    String role = user(former);
    try (Connection own = connect(former);
        Statement statement = own.createStatement()) {
      statement.execute("ALTER ROLE CURRENT_USER " + setting.formatted(role));
    }

    rotate(tenant, 0);

    assertThatThrownBy(() -> connect(former).close())
        .as("overlap 0 has ended the credentials before the answer")
        .isInstanceOf(SQLException.class);
    assertThat(user(read(tenant))).isNotEqualTo(role);
    connect(read(tenant)).close();
    // And back to the first role, whose own settings are still there.
    rotate(tenant, 0);
    connect(read(tenant)).close();
  }

  /** As if the registry had the role of another tenant written down for this one. */
  @Test
  @Tag("F2")
  @Tag("P13")
  void leavesARoleThatIsMarkedAsAnotherTenantsAsItIs() throws SQLException {
    UUID tenant = createTenant(newName());
    String former = read(tenant);
    String role = user(former);
    String mark =
        Postgres.value(
            Postgres.MAINTENANCE,
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = ?",
            role);
    Postgres.execute(
        Postgres.MAINTENANCE,
        "COMMENT ON ROLE %s IS '%s'"
            .formatted(role, mark.replace(tenant.toString(), UUID.randomUUID().toString())));

    try (Connection own = connect(former)) {
      asAdmin()
          .body("{\"overlap_seconds\":0}")
          .post(TENANTS + "/" + tenant + "/credentials/rotate")
          .then()
          .body("code", equalTo("ROTATION_FAILED"));
      asAdmin().post(TENANTS + "/" + tenant + "/suspend");
      asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false");

      assertThat(own.isValid(5)).as("its session stays open").isTrue();
    }
    connect(former).close();
  }

  @Test
  @Tag("F5")
  @Tag("P13")
  void rotatesDespiteRoleSettingOfSuperuser() throws SQLException {
    UUID tenant = createTenant(newName());
    Postgres.execute(
        Postgres.MAINTENANCE,
        "ALTER ROLE %s SET log_statement = 'all'".formatted(user(read(tenant))));

    rotate(tenant, 0);

    connect(read(tenant)).close();
  }

  @Test
  @Tag("T12")
  void rotatesWithoutInterruption() throws Exception {
    String name = newName();
    UUID tenant = createTenant(name);
    String former = read(tenant);
    AtomicBoolean done = new AtomicBoolean();

    try (ExecutorService client = Executors.newSingleThreadExecutor()) {
      // A tenant that logs in again and again, and reads its connection string when it is refused.
      Future<Integer> logins = client.submit(() -> logInUntil(done, tenant));
      for (int n = 0; n < 3; n++) {
        rotate(tenant, 0);
      }
      done.set(true);
      assertThat(logins.get()).isPositive();
    }

    String current = read(tenant);
    connect(current).close();
    assertThat(user(current)).isNotEqualTo(user(former));
    assertThatThrownBy(() -> connect(former).close()).isInstanceOf(SQLException.class);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                TenantEvents.all().stream()
                        .filter(event -> event.key().equals(tenant.toString()))
                        .filter(event -> event.type().equals("io.tenantry.credentials.rotated.v1"))
                        .count()
                    == 3);
  }

  /** Each login is by the newest string or the one before; returns how many were tried. */
  private static int logInUntil(AtomicBoolean done, UUID tenant) throws SQLException {
    int logins = 0;
    while (!done.get()) {
      String connectionString = read(tenant);
      try {
        connect(connectionString).close();
      } catch (SQLException _) {
        // It ended after it was read: then there is a newer one, at once.
        await().atMost(LIMIT).until(() -> !read(tenant).equals(connectionString));
      }
      logins++;
    }
    return logins;
  }

  @Test
  @Tag("T12")
  void acceptsBothDuringOverlapAndThenBlocksPrevious() throws SQLException {
    UUID tenant = createTenant(newName());
    String former = read(tenant);
    rotate(tenant, 3600);
    String current = read(tenant);

    try (Connection session = connect(former);
        Connection second = connect(current)) {
      assertThat(Postgres.column(session, "SELECT current_user"))
          .isEqualTo(Postgres.column(second, "SELECT current_user"));
      asAdmin()
          .body("{}")
          .post(TENANTS + "/" + tenant + "/credentials/rotate")
          .then()
          .statusCode(409)
          .body("code", equalTo("ROTATION_IN_PROGRESS"));

      Postgres.execute(
          Postgres.CONTROL,
          "UPDATE control_plane.tenant_databases SET former_expires_at = now() WHERE tenant_id = '%s'"
              .formatted(tenant));
      await().atMost(LIMIT).until(() -> !session.isValid(5));
      assertThat(second.isValid(5)).isTrue();
    }
    assertThatThrownBy(() -> connect(former).close()).isInstanceOf(SQLException.class);
    connect(current).close();
    rotate(tenant, 60);
    connect(read(tenant)).close();
  }

  @Test
  @Tag("T12")
  void givesSecondRoleSameRights() throws SQLException {
    UUID tenant =
        UUID.fromString(
            asAdmin()
                .body(
                    "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"acquiring\"}"
                        .formatted(newName()))
                .post(TENANTS)
                .then()
                .statusCode(201)
                .extract()
                .path("tenant_id"));
    String former = read(tenant);
    try (Connection first = connect(former)) {
      String tables =
          "SELECT count(*) FROM information_schema.table_privileges WHERE grantee <> ''";
      rotate(tenant, 60);
      try (Connection second = connect(read(tenant));
          Statement statement = second.createStatement()) {
        for (String query :
            new String[] {tables, "SELECT current_schema()", "SELECT current_user"}) {
          assertThat(Postgres.column(second, query)).isEqualTo(Postgres.column(first, query));
        }
        assertThatThrownBy(() -> statement.execute("CREATE TABLE mine ()"))
            .hasMessageContaining("permission denied");
      }
    }
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT DISTINCT rolconnlimit FROM pg_roles WHERE rolname LIKE ?",
                user(former) + "%"))
        .hasSize(1);
  }

  @Test
  @Tag("T12")
  void keepsPreviousCredentialsIfRotationFails() throws SQLException {
    UUID tenant = createTenant(newName());
    String former = read(tenant);
    Postgres.execute(Postgres.MAINTENANCE, "ALTER ROLE tenantry_admin NOCREATEROLE");
    try {
      asAdmin()
          .body("{}")
          .post(TENANTS + "/" + tenant + "/credentials/rotate")
          .then()
          .statusCode(500)
          .body("code", equalTo("ROTATION_FAILED"))
          .body("retryable", equalTo(true));
    } finally {
      Postgres.execute(Postgres.MAINTENANCE, "ALTER ROLE tenantry_admin CREATEROLE");
    }

    assertThat(read(tenant)).isEqualTo(former);
    connect(former).close();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                asAdmin()
                        .body("{}")
                        .post(TENANTS + "/" + tenant + "/credentials/rotate")
                        .statusCode()
                    == 200);
    connect(read(tenant)).close();
  }

  @Test
  @Tag("T12")
  void suspendsResumesAndDeletesWithBothRoles() throws SQLException {
    UUID tenant = createTenant(newName());
    String former = read(tenant);
    rotate(tenant, 3600);
    String current = read(tenant);

    asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);
    assertThatThrownBy(() -> connect(former).close()).hasMessageContaining("not permitted to log");
    assertThatThrownBy(() -> connect(current).close()).hasMessageContaining("not permitted to log");
    asAdmin()
        .body("{}")
        .post(TENANTS + "/" + tenant + "/credentials/rotate")
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_BUSY"));
    asAdmin().post(TENANTS + "/" + tenant + "/resume").then().statusCode(200);
    connect(former).close();
    connect(current).close();

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    assertThat(Postgres.tenantRoles()).doesNotContain(user(former), user(current));
  }

  private static String path(UUID tenant) {
    return TENANTS + "/" + tenant + "/connection-string";
  }

  private static String read(UUID tenant) {
    return asAdmin()
        .get(path(tenant))
        .then()
        .statusCode(200)
        .header("Cache-Control", "no-store")
        .extract()
        .path("connection_string");
  }

  private static void rotate(UUID tenant, int overlapSeconds) {
    asAdmin()
        .body("{\"overlap_seconds\":%d}".formatted(overlapSeconds))
        .post(TENANTS + "/" + tenant + "/credentials/rotate")
        .then()
        .statusCode(200)
        .body("role", equalTo(user(read(tenant))));
  }

  /**
   * Without the timeout that the tenant may have set for its role, which the driver has to meet.
   */
  private static Connection connect(String connectionString) throws SQLException {
    return Postgres.connect(
        connectionString,
        URI.create(connectionString).getPath().substring(1)
            + "?options=-c%20statement_timeout%3D0");
  }

  private static String user(String connectionString) {
    return URI.create(connectionString).getUserInfo().split(":", 2)[0];
  }
}
