package io.tenantry.tenant.cluster;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.kernel.db.PostgresLogin;
import io.tenantry.kernel.tenant.ConnectionString;
import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster's server proves who it is, or is not used. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P13")
@Tag("F16")
class ClusterTlsTest {

  private static final String CLUSTERS = "/api/v1/clusters";
  private static final String REGION = "eu-tls-1";
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("ours");
  private static final CertificateAuthority OTHER = CertificateAuthority.create("another");

  private static PostgresServer server;

  @BeforeAll
  static void startServer() {
    server = LocalStack.shared().startCluster("tls-cluster");
  }

  @BeforeEach
  void useGoodCertificate() {
    PostgresTls.use(server, AUTHORITY.issue("server", server.host(), "localhost"));
  }

  private static ValidatableResponse register(
      String name, int port, String sslMode, Optional<String> rootCertificate) {
    JsonObject body =
        new JsonObject()
            .put("name", name)
            .put("region", REGION)
            .put("host", server.host())
            .put("port", port)
            .put("admin_user", env("ADMIN_USER"))
            .put("admin_password", env("ADMIN_PASSWORD"))
            .put("ssl_mode", sslMode);
    rootCertificate.ifPresent(pem -> body.put("ssl_root_certificate", pem));
    return asAdmin().body(body.encode()).post(CLUSTERS).then();
  }

  private static ValidatableResponse register(String sslMode, CertificateAuthority authority) {
    return register("tls", server.port(), sslMode, Optional.of(authority.certificate()));
  }

  private static String env(String name) {
    return LocalStack.shared().environment().get("TENANT_CLUSTER_" + name);
  }

  private static void refuse(ValidatableResponse answer, String reason) {
    answer
        .statusCode(422)
        .body("code", equalTo("CLUSTER_TLS_FAILED"))
        .body("detail", containsString(reason));
    asAdmin().get(CLUSTERS + "/tls").then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-ca", "verify-full"})
  void refusesAServerWhoseCertificateAnotherAuthoritySigned(String mode) {
    refuse(register(mode, OTHER), "is not signed by a trusted root certificate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-ca", "verify-full"})
  void refusesAServerWhoseCertificateHasExpired(String mode) {
    PostgresTls.use(server, AUTHORITY.issueExpired("server", server.host()));

    refuse(register(mode, AUTHORITY), "its certificate expired at 20");
  }

  @Test
  void refusesAServerWhoseCertificateIsForAnotherHost() {
    PostgresTls.use(server, AUTHORITY.issue("server", "other.example"));

    refuse(
        register("verify-full", AUTHORITY),
        "its certificate is for other.example, not for " + server.host());
  }

  @ParameterizedTest
  @ValueSource(strings = {"require", "verify-ca", "verify-full"})
  void refusesAServerWithoutTls(String mode) {
    refuse(
        register(
            "tls",
            LocalStack.shared().postgres().port(),
            mode,
            mode.equals("require") ? Optional.empty() : Optional.of(AUTHORITY.certificate())),
        "the server does not offer TLS");
  }

  @ParameterizedTest
  @CsvSource({
    "verify-full, '', holds no certificate",
    "verify-full, , must hold the certificates that verify-full trusts",
    "verify-ca, , must hold the certificates that verify-ca trusts",
    "prefer, any, is not checked with prefer",
    ", any, is not checked with prefer"
  })
  void refusesAModeAndCertificatesThatDoNotGoTogether(String mode, String pem, String message) {
    Optional<String> certificate =
        Optional.ofNullable(pem).map(text -> text.equals("any") ? AUTHORITY.certificate() : text);

    register("tls", server.port(), mode, certificate)
        .statusCode(422)
        .body("code", equalTo("VALIDATION_FAILED"))
        .body("errors[0].field", equalTo("ssl_root_certificate"))
        .body("errors[0].message", containsString(message));
  }

  @Test
  void doesNotCheckTheHostNameWithVerifyCa() {
    PostgresTls.use(server, AUTHORITY.issue("server", "other.example"));

    register("verify-ca", AUTHORITY).statusCode(201).body("ssl_mode", equalTo("verify-ca"));
    asAdmin().delete(CLUSTERS + "/tls").then().statusCode(204);
  }

  @Test
  void provisionsATenantThatLogsInOverCheckedTls() throws SQLException {
    register("verify-full", AUTHORITY).statusCode(201);
    UUID tenant = createTenant();
    JsonObject answer =
        new JsonObject(
            asAdmin()
                .get(TENANTS + "/" + tenant + "/connection-string")
                .then()
                .statusCode(200)
                .extract()
                .asString());

    assertThat(answer.getString("connection_string")).endsWith("?sslmode=verify-full");
    assertThat(answer.getString("ssl_root_certificate")).isEqualTo(AUTHORITY.certificate());
    asAdmin()
        .get(CLUSTERS + "/tls/ssl-root-certificate")
        .then()
        .body("ssl_root_certificate", equalTo(AUTHORITY.certificate()));
    assertThat(logIn(answer, AUTHORITY)).isEqualTo("t");
    assertThatThrownBy(() -> logIn(answer, OTHER)).isInstanceOf(SQLException.class);
    assertThat(sessionsOfAdminWithoutTls()).isEmpty();

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    asAdmin().delete(CLUSTERS + "/tls").then().statusCode(204);
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

  /** As a tenant's Java client would; returns whether its session is protected. */
  private static String logIn(JsonObject answer, CertificateAuthority trusted) throws SQLException {
    PostgresLogin login =
        new ConnectionString(answer.getString("connection_string"))
            .login(Optional.of(trusted.certificate()));
    String url =
        "jdbc:postgresql://%s:%d/%s".formatted(login.host(), login.port(), login.database());
    try (Connection connection = DriverManager.getConnection(url, login.jdbc())) {
      return Postgres.column(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
          .getFirst();
    }
  }

  private static List<String> sessionsOfAdminWithoutTls() throws SQLException {
    try (Connection connection = server.connect("postgres")) {
      assertThat(Postgres.column(connection, sessions(true))).isNotEmpty();
      return Postgres.column(connection, sessions(false));
    }
  }

  private static String sessions(boolean ssl) {
    return """
        SELECT datname
        FROM pg_stat_activity
        JOIN pg_stat_ssl USING (pid)
        WHERE usename = '%s'
          AND ssl = %b
        """
        .formatted(env("ADMIN_USER"), ssl);
  }

  @Test
  void namesNoCertificateWhereNothingIsChecked() {
    asAdmin()
        .get(CLUSTERS + "/default/ssl-root-certificate")
        .then()
        .statusCode(200)
        .body("ssl_root_certificate", nullValue());
    asAdmin().get(CLUSTERS + "/nowhere/ssl-root-certificate").then().statusCode(404);
  }
}
