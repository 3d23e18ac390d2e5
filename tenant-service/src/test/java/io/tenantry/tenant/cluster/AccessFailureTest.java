package io.tenantry.tenant.cluster;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who registers or changes a cluster learns what is wrong with it, and no secret. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("L3")
class AccessFailureTest {

  private static final String CLUSTERS = "/api/v1/clusters";

  private static PostgresServer secured;

  @BeforeAll
  static void startServer() {
    secured = LocalStack.shared().startCluster("hba-cluster");
    PostgresTls.use(
        secured, CertificateAuthority.create("ours").issue("server", secured.host(), "localhost"));
  }

  private static JsonObject access(int port) {
    return new JsonObject()
        .put("name", "wrong")
        .put("region", "eu-wrong-1")
        .put("host", "127.0.0.1")
        .put("port", port)
        .put("admin_user", env("ADMIN_USER"))
        .put("admin_password", env("ADMIN_PASSWORD"));
  }

  private static String env(String name) {
    return LocalStack.shared().environment().get("TENANT_CLUSTER_" + name);
  }

  private static ValidatableResponse register(JsonObject body) {
    ValidatableResponse answer = asAdmin().body(body.encode()).post(CLUSTERS).then();
    asAdmin().get(CLUSTERS + "/wrong").then().statusCode(404);
    return answer.body(not(containsString(body.getString("admin_password"))));
  }

  /**
   * All at the same time: some are found out only by a timeout. {@link ServerProbeTest} has more.
   */
  @Test
  void namesWhatAnswersInsteadOfPostgresql() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> registrations =
          List.of(
              clients.submit(
                  () ->
                      assertRefused(
                          Stranger.CLOSES,
                          "disable",
                          "CLUSTER_UNUSABLE",
                          "closes the connection without a response")),
              clients.submit(
                  () ->
                      assertRefused(
                          Stranger.HTTP,
                          "prefer",
                          "CLUSTER_UNUSABLE",
                          "the server is not PostgreSQL")),
              clients.submit(
                  () ->
                      assertRefused(
                          Stranger.SILENT,
                          "require",
                          "CLUSTER_UNUSABLE",
                          "no response within 3 s")),
              clients.submit(
                  () ->
                      assertRefused(
                          Stranger.ENDS_LOGIN,
                          "prefer",
                          "CLUSTER_UNUSABLE",
                          "closes the connection during the login")),
              clients.submit(
                  () ->
                      assertRefused(
                          Stranger.NO_TLS,
                          "require",
                          "CLUSTER_TLS_FAILED",
                          "the TLS handshake fails: ")));
      for (Future<?> registration : registrations) {
        registration.get();
      }
    }
  }

  private static void assertRefused(Stranger stranger, String sslMode, String code, String reason) {
    try (ServerSocket server = stranger.start()) {
      register(access(server.getLocalPort()).put("ssl_mode", sslMode))
          .statusCode(422)
          .body("code", equalTo(code))
          .body(
              "detail",
              allOf(
                  containsString("127.0.0.1:" + server.getLocalPort() + ": "),
                  containsString(reason)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void reportsRefusedConnection() {
    register(access(1))
        .statusCode(422)
        .body("code", equalTo("CLUSTER_UNUSABLE"))
        .body("detail", equalTo("127.0.0.1:1: the connection is refused."));
  }

  @Test
  void reportsUnknownHost() {
    register(access(5432).put("host", "no-such-host.invalid"))
        .statusCode(422)
        .body("code", equalTo("CLUSTER_UNUSABLE"))
        .body("detail", equalTo("no-such-host.invalid:5432: the host name cannot be resolved."));
  }

  @ParameterizedTest
  @CsvSource({
    "admin_password, wrong, password authentication failed for user, 28P01",
    "admin_user, nobody, password authentication failed for user, 28P01",
    "maintenance_database, nowhere, database \"nowhere\" does not exist, 3D000",
  })
  void quotesRefusalOfLogin(String field, String value, String reason, String state) {
    register(access(LocalStack.shared().postgres().port()).put(field, value))
        .statusCode(422)
        .body("code", equalTo("CLUSTER_UNUSABLE"))
        .body(
            "detail",
            allOf(
                containsString("PostgreSQL refuses the admin's login: "),
                containsString(reason),
                containsString("(SQLSTATE " + state + ")")));
  }

  @ParameterizedTest
  @CsvSource({
    "host all tenantry_admin all reject, pg_hba.conf rejects connection",
    "hostnossl all tenantry_admin all scram-sha-256\\nhost all tenantry_admin all reject, pg_hba.conf rejects connection",
  })
  void reportsRefusalByPgHba(String rules, String reason) throws Exception {
    String before = rules();
    useRules(rules.replace("\\n", "\n") + "\n" + before);
    try {
      register(access(secured.port()).put("ssl_mode", "require"))
          .statusCode(422)
          .body("code", equalTo("CLUSTER_UNUSABLE"))
          .body("detail", allOf(containsString(reason), containsString("(SQLSTATE 28000)")));
    } finally {
      useRules(before);
    }
  }

  private static String rules() throws SQLException {
    try (Connection connection = secured.connect("postgres")) {
      return Postgres.column(connection, "SELECT pg_read_file(current_setting('hba_file'))")
          .getFirst();
    }
  }

  private static void useRules(String rules) throws SQLException {
    String file;
    try (Connection connection = secured.connect("postgres");
        Statement statement = connection.createStatement()) {
      file = Postgres.column(connection, "SELECT current_setting('hba_file')").getFirst();
      String loaded = Postgres.column(connection, "SELECT pg_conf_load_time()").getFirst();
      statement.execute(
          "COPY (SELECT regexp_split_to_table($rules$%s$rules$, E'\\n')) TO '%s'"
              .formatted(rules.strip(), file));
      statement.execute("SELECT pg_reload_conf()");
      await().until(() -> !loadTime().equals(loaded));
    }
  }

  private static String loadTime() throws SQLException {
    try (Connection connection = secured.connect("postgres")) {
      return Postgres.column(connection, "SELECT pg_conf_load_time()").getFirst();
    }
  }
}
