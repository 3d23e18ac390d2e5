package io.tenantry.ingestion.capture;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tenantry.ingestion.RawHttp;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.WebhookSignatures;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Senders that announce much and send nothing, or slowly, do not block other senders. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("F15")
@Tag("P13")
class IdleSendersTest {

  private static final String SECRET = "secret-of-the-instance";
  private static final int LARGEST_BODY = 8 << 20;

  private TestTenant tenant;
  private final String instance = "idle-" + UUID.randomUUID();
  private final List<RawHttp> connections = new ArrayList<>();

  @BeforeEach
  void createInstance() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
    asAdmin()
        .contentType("application/json")
        .body(
            "{\"name\":\"%s\",\"tenant_id\":\"%s\",\"webhook_secret\":\"%s\"}"
                .formatted(instance, tenant.id(), SECRET))
        .post("/api/v1/instances")
        .then()
        .statusCode(201);
  }

  @AfterEach
  void closeConnections() throws IOException {
    for (RawHttp connection : connections) {
      connection.close();
    }
    awaitNothingInFlight();
  }

  private RawHttp begin(String path, String... headers) throws IOException {
    RawHttp connection = new RawHttp(RestAssured.port);
    connections.add(connection);
    List<String> lines = new ArrayList<>();
    lines.add("POST " + path + " HTTP/1.1");
    lines.add("Host: localhost");
    lines.add("Content-Type: application/json");
    lines.addAll(List.of(headers));
    lines.add("");
    lines.add("");
    connection.send(lines.toArray(String[]::new));
    return connection;
  }

  private static void assertEventsAreTaken(TestTenant honest) {
    for (int n = 0; n < 20; n++) {
      asTenant(honest)
          .contentType("application/json")
          .body("{\"event_id\":\"honest-%d\",\"type\":\"t\"}".formatted(n))
          .post(EVENTS)
          .then()
          .statusCode(202);
    }
  }

  private void assertSignedMessagesAreTaken() {
    for (int n = 0; n < 20; n++) {
      String body = "{\"n\":%d}".formatted(n);
      given()
          .header("X-Hub-Signature-256", WebhookSignatures.ofBody(SECRET, body))
          .contentType("application/json")
          .body(body)
          .post("/webhook/evolution/" + instance)
          .then()
          .statusCode(200);
    }
  }

  private static void awaitNothingInFlight() {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(given().get("/q/metrics").asString())
                    .contains("tenantry_ingestion_in_flight_bytes 0.0"));
  }

  @Test
  void acceptsEventsWhileAnonymousConnectionsAnnounceLargeBodies() throws IOException {
    for (int n = 0; n < 64; n++) {
      begin("/webhook/evolution/nobody-" + n, "Content-Length: " + LARGEST_BODY);
      begin("/webhook/evolution/" + instance, "Content-Length: " + LARGEST_BODY);
      begin(
          "/webhook/evolution/" + instance,
          "X-Hub-Signature-256: sha256=" + "0".repeat(64),
          "Content-Length: 500000");
    }
    RawHttp slow =
        begin(
            "/webhook/evolution/" + instance,
            "X-Hub-Signature-256: sha256=" + "0".repeat(64),
            "Content-Length: 500000");
    slow.send("{\"slow\":\"");

    assertEventsAreTaken(tenant);
    slow.send("x");
    assertSignedMessagesAreTaken();
  }

  @Test
  void acceptsSignedMessagesWhileThousandConnectionsOfSameAddressWait() throws IOException {
    for (int n = 0; n < 1000; n++) {
      begin(
          "/webhook/evolution/" + instance,
          "X-Hub-Signature-256: sha256=" + "0".repeat(64),
          "Content-Length: 500000");
    }

    assertSignedMessagesAreTaken();
    assertEventsAreTaken(tenant);
    // The oldest have made room for the newest.
    assertThat(connections.getFirst().status()).isEqualTo(503);
    assertThat(given().get("/q/metrics").asString())
        .containsPattern("tenantry_ingestion_refused_total\\{reason=\"OVERLOADED\".*} [1-9]");
  }

  @Test
  void acceptsOtherTenantsWhileOneSendsLargeBodiesHalfway() throws IOException {
    String part = "x".repeat(1 << 20);
    for (int n = 0; n < 24; n++) {
      RawHttp connection =
          begin(EVENTS, "X-API-Key: " + tenant.key(), "Content-Length: " + LARGEST_BODY);
      connection.send(part);
    }
    TestTenant honest = TestTenant.withInbox();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(given().get("/q/metrics").asString())
                    .containsPattern(
                        "tenantry_ingestion_refused_total\\{reason=\"OVERLOADED\".*} [1-9]"));
    assertEventsAreTaken(honest);
  }

  @Test
  void refusesBeforeBodyThatCannotAuthenticate() throws IOException {
    assertThat(begin("/webhook/evolution/nobody", "Content-Length: 500000").status())
        .isEqualTo(404);
    assertThat(begin("/webhook/evolution/" + instance, "Content-Length: 500000").status())
        .isEqualTo(401);
    assertThat(
            begin(
                    "/webhook/evolution/" + instance,
                    "X-Webhook-Secret: wrong",
                    "Content-Length: 500000")
                .status())
        .isEqualTo(401);
    assertThat(
            begin(
                    "/webhook/evolution/" + instance,
                    "X-Webhook-Secret: " + SECRET,
                    "Content-Length: " + LARGEST_BODY)
                .status())
        .isEqualTo(413);
  }
}
