package io.tenantry.ingestion.capture;

import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.adminKey;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.tenantry.ingestion.OtherTopic;
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
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Idle connections and incomplete requests time out. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(OtherTopic.class)
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

  private static RawHttp sent(String... request) throws IOException {
    RawHttp connection = new RawHttp(RestAssured.port);
    connection.send(request);
    return connection;
  }

  private static void assertTimesOut(RawHttp connection) throws IOException {
    assertThat(connection.status()).isEqualTo(408);
    assertThat(connection.rest())
        .contains("application/problem+json", "\"code\":\"REQUEST_TIMEOUT\"", "\"retryable\":true")
        .containsIgnoringCase("Connection: close");
  }

  @Test
  void timesOutRequestsWhoseBodyDoesNotArrive() throws IOException {
    String instance = "late-" + UUID.randomUUID();
    asAdmin()
        .contentType("application/json")
        .body("{\"name\":\"%s\",\"tenant_id\":\"%s\"}".formatted(instance, tenant.id()))
        .post("/api/v1/instances")
        .then()
        .statusCode(201);

    try (RawHttp events =
            sent(
                "POST " + EVENTS + " HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "X-API-Key: " + tenant.key(),
                "Content-Length: 100",
                "",
                "{\"type\":");
        RawHttp webhook =
            sent(
                "POST /webhook/evolution/" + instance + " HTTP/1.1",
                "Host: localhost",
                "Transfer-Encoding: chunked",
                "",
                "2",
                "ab",
                "");
        RawHttp admin = sentToAdminApi()) {
      assertTimesOut(events);
      assertTimesOut(webhook);
      assertTimesOut(admin);
    }
  }

  private static RawHttp sentToAdminApi() throws IOException {
    return sent(
        "POST /api/v1/instances HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Authorization: Bearer " + adminKey(),
        "Content-Length: 100",
        "",
        "{\"name\":");
  }

  @Test
  void closesConnectionsThatSendNoCompleteRequest() throws IOException {
    try (RawHttp empty = sent("");
        RawHttp incomplete = sent("GET /q/health/live HTTP/1.1", "Host: loc");
        RawHttp refused =
            sent(
                "POST /api/v1/instances HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: 100",
                "",
                "{");
        RawHttp idle = sent("GET /api/v1/topics HTTP/1.1", "Host: localhost", "", "")) {
      assertThat(empty.rest()).doesNotContain("HTTP/1.1 2");
      assertThat(incomplete.rest()).doesNotContain("HTTP/1.1 2");
      assertThat(refused.rest()).doesNotContain("HTTP/1.1 2");
      assertThat(idle.status()).isEqualTo(401);
      assertThat(idle.rest()).contains("UNAUTHENTICATED");
    }
  }

  @Test
  void keepsConnectionDuringSlowRequest() throws IOException, SQLException {
    try (RawHttp connection = new RawHttp(RestAssured.port);
        Connection database = lock("ingestion.rate_limits")) {
      connection.send(
          "GET /api/v1/limits/tenants/" + tenant.id() + " HTTP/1.1",
          "Host: localhost",
          "Authorization: Bearer " + adminKey(),
          "",
          "");
      // Longer than the idle timeout.
      await().pollDelay(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(30)).until(() -> true);
      database.rollback();

      assertThat(connection.status()).isEqualTo(200);
    }
  }

  @Test
  void doesNotTimeOutReceivedBodyThatIsNotReadYet() throws IOException, SQLException {
    String event = "{\"type\":\"t\",\"data\":1}";
    // The key is checked before the body is read.
    try (RawHttp connection = new RawHttp(RestAssured.port);
        Connection database = lock("control_plane.api_keys_v1")) {
      connection.send(
          "POST " + EVENTS + " HTTP/1.1",
          "Host: localhost",
          "Content-Type: application/json",
          "X-API-Key: " + tenant.key(),
          "Content-Length: " + event.length(),
          "",
          event);
      // One that came later, and not whole, times out meanwhile.
      try (RawHttp late = sentToAdminApi()) {
        assertTimesOut(late);
      }
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
}
