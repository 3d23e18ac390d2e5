package io.tenantry.ingestion.capture;

import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.adminKey;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.tenantry.ingestion.RawHttp;
import io.tenantry.ingestion.Readiness;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A caller cannot hold a connection or a request that it does not use. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(DeadlinesTest.ShortTimeouts.class)
@Tag("F15")
@Tag("P13")
class DeadlinesTest {

  LocalStack stack;
  private TestTenant tenant;

  @BeforeEach
  void createTenant() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
  }

  private static void assertTimesOut(String... request) throws IOException {
    try (RawHttp connection = new RawHttp(RestAssured.port)) {
      connection.send(request);

      assertThat(connection.status()).isEqualTo(408);
      assertThat(connection.rest())
          .contains(
              "application/problem+json", "\"code\":\"REQUEST_TIMEOUT\"", "\"retryable\":true")
          .containsIgnoringCase("Connection: close");
    }
  }

  private static void assertCloses(String... request) throws IOException {
    try (RawHttp connection = new RawHttp(RestAssured.port)) {
      connection.send(request);

      assertThat(connection.rest()).doesNotContain("HTTP/1.1 2");
    }
  }

  @Test
  void endsARequestWithEventsWhoseBodyDoesNotCome() throws IOException {
    assertTimesOut(
        "POST " + EVENTS + " HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "X-API-Key: " + tenant.key(),
        "Content-Length: 100",
        "",
        "{\"type\":");
  }

  @Test
  void endsAWebhookWhoseBodyDoesNotCome() throws IOException {
    String name = "late-" + UUID.randomUUID();
    asAdmin()
        .contentType("application/json")
        .body("{\"name\":\"%s\",\"tenant_id\":\"%s\"}".formatted(name, tenant.id()))
        .post("/api/v1/instances")
        .then()
        .statusCode(201);

    assertTimesOut(
        "POST /webhook/evolution/" + name + " HTTP/1.1",
        "Host: localhost",
        "Transfer-Encoding: chunked",
        "",
        "2",
        "ab",
        "");
  }

  @Test
  void endsARequestOfTheAdminApiWhoseBodyDoesNotCome() throws IOException {
    assertTimesOut(
        "POST /api/v1/instances HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Authorization: Bearer " + adminKey(),
        "Content-Length: 100",
        "",
        "{\"name\":");
  }

  @Test
  void closesAConnectionWhoseRequestWasRefusedAndWhoseBodyDoesNotCome() throws IOException {
    assertCloses(
        "POST /api/v1/instances HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Content-Length: 100",
        "",
        "{");
  }

  @Test
  void closesAConnectionThatSendsNoWholeRequest() throws IOException {
    assertCloses("");
    assertCloses("GET /q/health/live HTTP/1.1", "Host: loc");
  }

  @Test
  void closesAConnectionThatIsKeptAliveAndNotUsed() throws IOException {
    try (RawHttp connection = new RawHttp(RestAssured.port)) {
      connection.send("GET /api/v1/topics HTTP/1.1", "Host: localhost", "", "");

      assertThat(connection.status()).isEqualTo(401);
      assertThat(connection.rest()).contains("UNAUTHENTICATED");
    }
  }

  @Test
  void keepsAConnectionWhoseRequestTakesLongToAnswer() throws IOException, SQLException {
    try (RawHttp connection = new RawHttp(RestAssured.port);
        Connection database = lock("ingestion.rate_limits")) {
      connection.send(
          "GET /api/v1/limits/tenants/" + tenant.id() + " HTTP/1.1",
          "Host: localhost",
          "Authorization: Bearer " + adminKey(),
          "",
          "");
      // More than twice the idle timeout.
      await().pollDelay(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(30)).until(() -> true);
      database.rollback();

      assertThat(connection.status()).isEqualTo(200);
    }
  }

  @Test
  void doesNotTimeOutABodyThatWasReceivedButNotReadYet() throws IOException, SQLException {
    String event = "{\"type\":\"t\",\"data\":1}";
    // The key is checked before the body is read.
    try (RawHttp connection = new RawHttp(RestAssured.port);
        Connection database = lock("control_plane.api_keys")) {
      connection.send(
          "POST " + EVENTS + " HTTP/1.1",
          "Host: localhost",
          "Content-Type: application/json",
          "X-API-Key: " + tenant.key(),
          "Content-Length: " + event.length(),
          "",
          event);
      // One that came later, and not whole, is refused meanwhile.
      endsARequestOfTheAdminApiWhoseBodyDoesNotCome();
      database.rollback();

      assertThat(connection.status()).isEqualTo(202);
    }
  }

  /** Locks a table of the control database, until the transaction of the connection ends. */
  private Connection lock(String table) throws SQLException {
    Connection database = stack.postgres().connect("tenantry_control");
    database.setAutoCommit(false);
    try (Statement statement = database.createStatement()) {
      statement.execute("LOCK TABLE " + table);
    }
    return database;
  }

  /** With timeouts that a test can wait for. */
  public static final class ShortTimeouts implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("HTTP_IDLE_TIMEOUT", "2s", "HTTP_BODY_TIMEOUT", "1s");
    }
  }
}
