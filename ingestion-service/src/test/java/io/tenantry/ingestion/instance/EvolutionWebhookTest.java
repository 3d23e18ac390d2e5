package io.tenantry.ingestion.instance;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.TopicReader.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.ingestion.WebhookSignatures;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Addresses, retries and media of Evolution API. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("E1")
class EvolutionWebhookTest {

  private static final String WEBHOOK = "/webhook/evolution";
  private static final String SENT = "2026-11-21T04:44:07.465Z";

  LocalStack stack;
  private TestTenant tenant;
  private final String name = "phone-" + UUID.randomUUID();

  @BeforeEach
  void createInstance() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
    create(name, ",\"is_default\":true").statusCode(201);
  }

  private ValidatableResponse create(String instance, String more) {
    return asAdmin()
        .contentType("application/json")
        .body("{\"name\":\"%s\",\"tenant_id\":\"%s\"%s}".formatted(instance, tenant.id(), more))
        .post("/api/v1/instances")
        .then();
  }

  private static ValidatableResponse send(String path, String body) {
    return given()
        .contentType("application/json")
        .header("User-Agent", "axios/1.7.9")
        .body(body)
        .post(path)
        .then();
  }

  /** A message as Evolution writes it; the second attempt may have more in it. */
  private static String message(String event, String id, String more) {
    return """
    {"event":"%s","instance":"shop phone","data":{"key":{"remoteJid":"4917000@s.whatsapp.net",
     "fromMe":false,"id":"%s"},"pushName":"A","message":{"conversation":"Grüße"%s},
     "messageType":"conversation","messageTimestamp":1763700247,"source":"android"},
     "destination":"https://example.org/webhook","date_time":"%s","sender":"49@s.whatsapp.net",
     "server_url":"https://evo.example","apikey":null}
    """
        .formatted(event, id, more, SENT);
  }

  private List<ConsumerRecord<byte[], byte[]>> captured() {
    return TopicReader.read(stack, "ingestion-events", tenant.id());
  }

  @Test
  void acceptsAddressOfEachEvent() {
    for (String event : EvolutionMessage.KNOWN_EVENTS) {
      send(WEBHOOK + "/" + name + "/" + event, message(event.replace('-', '.'), event, ""))
          .statusCode(200);
      send(WEBHOOK + "/" + event, "{}").statusCode(200);
    }
    given()
        .urlEncodingEnabled(false)
        .body("{}")
        .post(WEBHOOK + "/" + name + "//an-event-of-2027")
        .then()
        .statusCode(200);
    send(WEBHOOK + "/" + name + "/NO_EVENT", "{}").statusCode(404);
    send(WEBHOOK + "/nobody/messages-upsert", "{}").statusCode(404);

    assertThat(captured()).hasSize(2 * EvolutionMessage.KNOWN_EVENTS.size() + 1);
  }

  @Test
  void refusesEventNameAsInstanceName() {
    create("messages-upsert", "").statusCode(422).body("errors.field", contains("name"));
  }

  @Test
  void setsTypeSubjectTimeAndSource() {
    send(WEBHOOK + "/" + name, message("messages.upsert", "3EB0", "")).statusCode(200);

    ConsumerRecord<byte[], byte[]> event = captured().getFirst();
    assertThat(header(event, "ce_type")).isEqualTo("io.tenantry.evolution.messages.upsert.v1");
    assertThat(header(event, "ce_subject")).isEqualTo("shop phone");
    assertThat(header(event, "ce_time")).isEqualTo(SENT);
    assertThat(header(event, "ce_source")).isEqualTo("urn:tenantry:instance:" + name);
    assertThat(TopicReader.value(event)).isEqualTo(message("messages.upsert", "3EB0", ""));
  }

  @Test
  void storesRetryOnce() {
    String path = WEBHOOK + "/" + name;
    send(path, message("messages.upsert", "1", "")).statusCode(200);
    send(path + "/messages-upsert", message("messages.upsert", "1", ",\"base64\":\"AA==\""))
        .statusCode(200);
    send(path, message("messages.upsert", "2", "")).statusCode(200);
    for (String status : List.of("READ", "READ", "PLAYED")) {
      send(path, message("messages.update", "1", ",\"status\":\"" + status + "\"")).statusCode(200);
    }

    assertThat(captured()).hasSize(4);
  }

  @Test
  void storesRetrySignedByBodyOnce() {
    create(name + "-signed", ",\"webhook_secret\":\"s3cret\"").statusCode(201);
    for (String body :
        List.of(
            message("messages.upsert", "1", ""),
            message("messages.upsert", "1", ",\"more\":1"),
            message("messages.upsert", "2", ""))) {
      given()
          .contentType("application/json")
          .header("X-Hub-Signature-256", WebhookSignatures.ofBody("s3cret", body))
          .body(body)
          .post(WEBHOOK + "/" + name + "-signed")
          .then()
          .statusCode(200);
    }

    assertThat(captured()).hasSize(2);
  }

  @Test
  void deliversMediaLargerThanEventLimit() {
    String media = ",\"base64\":\"" + "QUJD".repeat(750_000) + "\"";
    String path = WEBHOOK + "/" + name;

    send(path, message("messages.upsert", "image", media)).statusCode(200);
    send(path, message("messages.upsert", "film", media + media)).statusCode(413);

    assertThat(captured()).hasSize(1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        TenantDatabase.column(
                            tenant,
                            "SELECT length(data->'data'->'message'->>'base64') FROM inbox_events"))
                    .containsExactly("3000000"));
  }

  @Tag("N1")
  @Tag("N2")
  @Test
  void keepsJsonThatCannotBeStoredAsRawData() {
    List<String> bodies =
        List.of("{\"n\":1e131072}", "[0e-99999]", "[".repeat(1001) + "]".repeat(1001));
    bodies.forEach(body -> send(WEBHOOK + "/" + name, body).statusCode(200));

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        TenantDatabase.column(
                            tenant,
                            "SELECT convert_from(raw_data, 'UTF8') FROM inbox_events ORDER BY"
                                + " position"))
                    .isEqualTo(bodies));
  }
}
