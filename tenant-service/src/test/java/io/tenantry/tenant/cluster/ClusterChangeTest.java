package io.tenantry.tenant.cluster;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a cluster is reached is changed while it holds tenants, and tried before. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P13")
@Tag("F17")
class ClusterChangeTest {

  private static final String CLUSTERS = "/api/v1/clusters";
  private static final String CLUSTER = CLUSTERS + "/movable";
  private static final String REGION = "eu-move-1";
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("ours");

  private static PostgresServer server;

  @Inject ConnectionStringUpdates updates;

  private UUID tenant;

  @BeforeAll
  static void startServer() {
    server = LocalStack.shared().startCluster("movable-cluster");
    PostgresTls.use(server, AUTHORITY.issue("server", server.host(), "localhost"));
  }

  @BeforeEach
  void registerAndProvision() {
    asAdmin()
        .body(
            access()
                .put("name", "movable")
                .put("region", REGION)
                .put("ssl_mode", "require")
                .encode())
        .post(CLUSTERS)
        .then()
        .statusCode(201);
    tenant = createTenant();
  }

  @AfterEach
  void forget() throws SQLException {
    execute("ALTER ROLE tenantry_admin PASSWORD '%s'".formatted(env("ADMIN_PASSWORD")));
    change(access()).statusCode(200);
    for (String id :
        Postgres.column(
            Postgres.CONTROL,
            "SELECT tenant_id FROM control_plane.tenant_databases WHERE cluster = 'movable'")) {
      asAdmin().delete(TENANTS + "/" + id + "?final_backup=false").then().statusCode(204);
    }
    asAdmin().delete(CLUSTER).then().statusCode(204);
  }

  private static JsonObject access() {
    return new JsonObject()
        .put("host", server.host())
        .put("port", server.port())
        .put("admin_user", env("ADMIN_USER"))
        .put("admin_password", env("ADMIN_PASSWORD"));
  }

  private static String env(String name) {
    return LocalStack.shared().environment().get("TENANT_CLUSTER_" + name);
  }

  private static ValidatableResponse change(JsonObject body) {
    return asAdmin().body(body.encode()).patch(CLUSTER).then();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static UUID createTenant() {
    return UUID.fromString(
        asAdmin()
            .body(
                "{\"name\":\"%s\",\"environment\":\"production\",\"region\":\"%s\"}"
                    .formatted(newName(), REGION))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id"));
  }

  @Test
  void acceptsNewPasswordOfAdmin() throws SQLException {
    execute("ALTER ROLE tenantry_admin PASSWORD 'changed-in-postgres'");

    change(new JsonObject().put("admin_password", "changed-in-postgres")).statusCode(200);

    createTenant();
  }

  @Test
  void checksNewAccessBeforeStoringIt() throws SQLException {
    String before = TenantConnections.of(tenant);

    change(new JsonObject().put("admin_password", "wrong"))
        .statusCode(422)
        .body("code", equalTo("CLUSTER_UNUSABLE"));
    change(new JsonObject().put("port", 1).put("admin_password", env("ADMIN_PASSWORD")))
        .statusCode(422)
        .body("code", equalTo("CLUSTER_UNUSABLE"))
        .body("detail", containsString(":1: the connection is refused"));
    change(
            new JsonObject()
                .put("ssl_mode", "verify-full")
                .put("ssl_root_certificate", CertificateAuthority.create("another").certificate()))
        .statusCode(422)
        .body("code", equalTo("CLUSTER_TLS_FAILED"));

    asAdmin()
        .get(CLUSTER)
        .then()
        .body("port", equalTo(server.port()))
        .body("ssl_mode", equalTo("require"));
    assertThat(TenantConnections.of(tenant)).isEqualTo(before);
    createTenant();
  }

  @Test
  void updatesHostInConnectionStrings() throws SQLException {
    String before = TenantConnections.of(tenant);
    assertThat(before).contains('@' + server.host() + ':');

    change(access().put("host", "localhost")).statusCode(200).body("host", equalTo("localhost"));

    assertThat(TenantConnections.of(tenant))
        .isEqualTo(before.replace('@' + server.host() + ':', "@localhost:"));
    asAdmin()
        .get(TENANTS + "/" + tenant)
        .then()
        .body("database.host", equalTo("localhost"))
        .body("database.port", equalTo(server.port()));
    Postgres.connect(TenantConnections.of(tenant), database()).close();
    asAdmin()
        .get(TENANTS + "/" + createTenant())
        .then()
        .body("database.host", equalTo("localhost"));
  }

  private String database() {
    return asAdmin().get(TENANTS + "/" + tenant).then().extract().path("database.name");
  }

  @Test
  @Tag("F16")
  void namesTheNewModeInConnectionStrings() {
    change(
            new JsonObject()
                .put("ssl_mode", "verify-full")
                .put("ssl_root_certificate", AUTHORITY.certificate()))
        .statusCode(200);
    assertThat(TenantConnections.of(tenant)).endsWith("?sslmode=verify-full");

    change(new JsonObject().put("ssl_root_certificate", AUTHORITY.certificate())).statusCode(200);
    change(new JsonObject().put("ssl_mode", "verify-ca")).statusCode(200);
    assertThat(TenantConnections.of(tenant)).endsWith("?sslmode=verify-ca");

    change(new JsonObject().put("ssl_mode", "require")).statusCode(200);
    assertThat(TenantConnections.of(tenant)).endsWith("?sslmode=require");
    change(new JsonObject().put("ssl_root_certificate", AUTHORITY.certificate()))
        .statusCode(422)
        .body("errors[0].field", equalTo("ssl_root_certificate"));
  }

  @Test
  @Tag("F16")
  void reconnectsServicesWhenCertificatesChange() {
    change(
            new JsonObject()
                .put("ssl_mode", "verify-full")
                .put("ssl_root_certificate", AUTHORITY.certificate()))
        .statusCode(200);
    byte[] before = TenantConnections.encrypted(tenant);
    String both = AUTHORITY.certificate() + CertificateAuthority.create("next").certificate();

    change(new JsonObject().put("ssl_root_certificate", both)).statusCode(200);

    assertThat(TenantConnections.encrypted(tenant)).isNotEqualTo(before);
    assertThat(TenantConnections.of(tenant)).endsWith("?sslmode=verify-full");
  }

  @Test
  void finishesInterruptedChange() {
    UUID finished = createTenant();
    moveRow();
    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.tenant_databases
        SET access_version = (SELECT access_version FROM control_plane.clusters WHERE name = 'movable')
        WHERE tenant_id = '%s'
        """
            .formatted(finished));
    byte[] before = TenantConnections.encrypted(finished);

    updates.update();

    assertThat(TenantConnections.of(tenant)).contains("@localhost:");
    assertThat(TenantConnections.encrypted(finished)).isEqualTo(before);
  }

  @Test
  void updatesTenantCreatedDuringChangeOfCluster() {
    // By a replica that had read the cluster before.
    moveRow();
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenant_databases SET access_version = NULL WHERE tenant_id = '%s'"
            .formatted(tenant));

    updates.update();

    assertThat(TenantConnections.of(tenant)).contains("@localhost:");
  }

  /** As a change of the host does, before the tenants' turn comes. */
  private static void moveRow() {
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.clusters SET host = 'localhost', access_version = access_version + 1 WHERE name = 'movable'");
  }

  @Test
  void keepsCurrentConnectionStrings() {
    updates.update();
    byte[] before = TenantConnections.encrypted(tenant);

    change(new JsonObject().put("capacity", 7)).statusCode(200).body("capacity", equalTo(7));
    updates.update();

    assertThat(TenantConnections.encrypted(tenant)).isEqualTo(before);
  }

  /** It would ask for the password in the clear, and get it. */
  @ParameterizedTest
  @ValueSource(strings = {"host", "port"})
  @Tag("L3")
  void sendsTheStoredPasswordToNoOtherAddress(String field) throws IOException {
    AtomicInteger logins = new AtomicInteger();
    try (ServerSocket thief = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> count(thief, logins));

      change(
              field.equals("host")
                  ? new JsonObject().put("host", "localhost")
                  : new JsonObject().put("port", thief.getLocalPort()))
          .statusCode(422)
          .body("code", equalTo("VALIDATION_FAILED"))
          .body("errors[0].field", equalTo("admin_password"));
    }
    assertThat(logins).hasValue(0);
    change(new JsonObject().put("host", server.host()).put("port", server.port())).statusCode(200);
  }

  private static void count(ServerSocket thief, AtomicInteger logins) {
    try {
      while (true) {
        thief.accept().close();
        logins.incrementAndGet();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void refusesTheAddressOfAnotherCluster() {
    change(
            new JsonObject()
                .put("host", env("HOST"))
                .put("port", Integer.parseInt(env("PORT")))
                .put("admin_password", env("ADMIN_PASSWORD"))
                .put("ssl_mode", "prefer"))
        .statusCode(409)
        .body("code", equalTo("CLUSTER_MISMATCH"));
  }

  @Test
  void auditsChangedFieldsWithoutSecrets() {
    change(access().put("status", "active")).statusCode(200);

    String entry =
        asAdmin()
            .queryParam("action", "PATCH /api/v1/clusters/{name}")
            .get("/api/v1/audit")
            .then()
            .body("items[0].details.name", equalTo("movable"))
            .body("items[0].details.changed", equalTo("status host port admin_user admin_password"))
            .extract()
            .asString();

    assertThat(entry).doesNotContain(env("ADMIN_PASSWORD"));
  }
}
