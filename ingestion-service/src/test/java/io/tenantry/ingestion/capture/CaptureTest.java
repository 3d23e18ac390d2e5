package io.tenantry.ingestion.capture;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.localstack.LocalStack;
import io.tenantry.partitioner.TenantPartitioner;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events arrive by HTTP and are written to the topic. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class CaptureTest {

  private static final String TOPIC = "ingestion-events";

  LocalStack stack;
  private TestTenant tenant;

  @BeforeEach
  void createTenant() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
  }

  private ValidatableResponse post(String contentType, String body) {
    return asTenant(tenant).contentType(contentType).body(body).post(EVENTS).then();
  }

  private List<ConsumerRecord<byte[], byte[]>> captured() {
    return TopicReader.read(stack, TOPIC, tenant.id());
  }

  @Test
  @Tag("I5")
  void acceptsSingleEvent() {
    String data = "{ \"Straße\" : [1, 2.50, \"\\u20ac\\n\"],\"b\":null }";

    post(
            "application/json; charset=utf-8",
            """
            {"event_id": "o-1", "type": "order.placed", "source": "/shop", "subject": "order 7",
             "occurred_at": "2026-11-21T04:44:07.465+01:00", "data": %s }
            """
                .formatted(data))
        .statusCode(202)
        .contentType("application/json")
        .body("event_id", equalTo("o-1"))
        .body("outcome", equalTo("accepted"));

    ConsumerRecord<byte[], byte[]> message = captured().getFirst();
    assertThat(TopicReader.value(message)).isEqualTo(data);
    assertThat(headers(message))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", "o-1",
                "ce_source", "/shop",
                "ce_type", "order.placed",
                "ce_subject", "order 7",
                "ce_time", "2026-11-21T04:44:07.465+01:00",
                "content-type", "application/json"));
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> message) {
    return StreamSupport.stream(message.headers().spliterator(), false)
        .collect(Collectors.toMap(h -> h.key(), h -> TopicReader.header(message, h.key())));
  }

  @Test
  @Tag("I5")
  void generatesMissingId() {
    String id =
        post("application/json", "{\"type\":\"t\"}")
            .statusCode(202)
            .body("event_id", matchesPattern("[0-9a-f-]{36}"))
            .extract()
            .path("event_id");

    assertThat(TopicReader.header(captured().getFirst(), "ce_id")).isEqualTo(id);
  }

  @Test
  @Tag("I5")
  void acceptsBatchInOrder() {
    List<String> ids = IntStream.range(0, 200).mapToObj(i -> "e-" + i).toList();

    post("application/json", batch(ids))
        .statusCode(202)
        .body("accepted", equalTo(200))
        .body("refused", equalTo(0))
        .body("events.event_id", equalTo(ids));

    assertThat(captured()).extracting(m -> TopicReader.header(m, "ce_id")).isEqualTo(ids);
  }

  private static String batch(List<String> ids) {
    return ids.stream()
        .map(id -> "{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{}}".formatted(id))
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  @Tag("I5")
  void reportsOutcomeOfEachEventOfBatch() {
    post(
            "application/json",
            """
            [{"event_id":"good","type":"t"}, {"event_id":"bad"}, 7, {"type":"t","event_id":"fine"}]
            """)
        .statusCode(207)
        .body("accepted", equalTo(2))
        .body("refused", equalTo(2))
        .body("events.outcome", contains("accepted", "refused", "refused", "accepted"))
        .body("events[1].problem.status", equalTo(422))
        .body("events[1].problem.code", equalTo("VALIDATION_FAILED"))
        .body("events[1].problem.errors.field", contains("type"))
        .body("events[2].problem.errors.message", contains("must be a JSON object"));

    assertThat(captured())
        .extracting(m -> TopicReader.header(m, "ce_id"))
        .containsExactly("good", "fine");
  }

  @Test
  @Tag("I5")
  void refusesBatchWithoutValidEvent() {
    post("application/json", "[{\"type\":7},{}]")
        .statusCode(422)
        .contentType("application/problem+json")
        .body("code", equalTo("VALIDATION_FAILED"))
        .body("errors.field", hasItems("[0].type", "[1].type"));
    post("application/json", "[]").statusCode(202).body("events", empty());
  }

  @Test
  @Tag("I5")
  void acceptsCloudEvents() {
    post(
            "application/cloudevents+json",
            """
            {"specversion":"1.0","id":"c-1","source":"/crm","type":"lead.created","time":null,
             "dataschema":"https://example.com/s","traceparent":"00-ab","level":3,"vip":true,
             "data":{"a":1}}
            """)
        .statusCode(202)
        .body("event_id", equalTo("c-1"));

    ConsumerRecord<byte[], byte[]> message = captured().getFirst();
    assertThat(TopicReader.value(message)).isEqualTo("{\"a\":1}");
    assertThat(headers(message))
        .containsEntry("ce_traceparent", "00-ab")
        .containsEntry("ce_level", "3")
        .containsEntry("ce_vip", "true")
        .containsEntry("ce_dataschema", "https://example.com/s")
        .containsEntry("content-type", "application/json")
        .doesNotContainKey("ce_time");
  }

  @Test
  @Tag("I5")
  void acceptsCloudEventsBatchWithAnyData() {
    post(
            "application/cloudevents-batch+json",
            """
            [{"specversion":"1.0","id":"1","source":"s","type":"t","datacontenttype":"text/plain","data":"a\\nb"},
             {"specversion":"1.0","id":"2","source":"s","type":"t","data_base64":"AAEC"},
             {"specversion":"1.0","id":"3","source":"s","type":"t","datacontenttype":"application/json","data_base64":"eyJhIjoxfQ=="},
             {"specversion":"1.0","id":"4","source":"s","type":"t"}]
            """)
        .statusCode(202)
        .body("accepted", equalTo(4));

    List<ConsumerRecord<byte[], byte[]>> messages = captured();
    assertThat(messages.get(0).value()).asString().isEqualTo("a\nb");
    assertThat(messages.get(1).value()).containsExactly(0, 1, 2);
    assertThat(TopicReader.header(messages.get(1), "content-type"))
        .isEqualTo("application/octet-stream");
    assertThat(messages.get(2).value()).asString().isEqualTo("{\"a\":1}");
    assertThat(messages.get(3).value()).isEmpty();
  }

  /** Which fields are invalid, {@link EventParserTest} says. */
  @Test
  @Tag("I5")
  void namesInvalidField() {
    post("application/json", "{\"type\":\"t\",\"occurred_at\":\"yesterday\"}")
        .statusCode(422)
        .body("code", equalTo("VALIDATION_FAILED"))
        .body("retryable", equalTo(false))
        .body("errors.field", contains("occurred_at"));
    assertThat(captured()).isEmpty();
  }

  @Test
  @Tag("I5")
  void refusesBodyThatIsNotJson() {
    post("application/json", "{\"type\":\"t\"} x")
        .statusCode(400)
        .body("code", equalTo("MALFORMED_JSON"));
    assertThat(captured()).isEmpty();
  }

  @Test
  @Tag("I5")
  void refusesBodiesAndEventsOverLimits() {
    String large = "x".repeat(600_000);
    post("application/json", "{\"type\":\"t\",\"data\":\"" + large + "\"}")
        .statusCode(422)
        .body("errors.field", contains("data"));
    post("application/json", "{\"type\":\"t\",\"data\":\"" + large.repeat(15) + "\"}")
        .statusCode(413)
        .body("code", equalTo("PAYLOAD_TOO_LARGE"));
  }

  @Test
  @Tag("I5")
  void refusesOtherMediaTypesAndEncodings() {
    post("text/plain", "{}").statusCode(415).body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    given()
        .auth()
        .oauth2(tenant.key())
        .contentType("application/json")
        .header("Content-Encoding", "br")
        .body("{\"type\":\"t\"}")
        .post(EVENTS)
        .then()
        .statusCode(415)
        .header("Accept-Encoding", equalTo("gzip"));
  }

  @Test
  @Tag("I5")
  void decompressesBodies() throws IOException {
    String event = "{\"event_id\":\"%s\",\"type\":\"t\",\"data\":\"" + "x".repeat(200_000) + "\"}";
    for (String encoding : List.of("gzip", "X-GZIP", "identity")) {
      byte[] body = event.formatted(encoding).getBytes(StandardCharsets.UTF_8);
      postPacked(encoding, encoding.equals("identity") ? body : gzip(body)).statusCode(202);
    }

    assertThat(captured())
        .extracting(m -> TopicReader.header(m, "ce_id"))
        .containsExactly("gzip", "X-GZIP", "identity");
    assertThat(captured()).allSatisfy(m -> assertThat(m.value()).hasSize(200_002));
  }

  @Test
  @Tag("I5")
  void stopsDecompressingAtBodyLimit() throws IOException {
    byte[] packed = gzip(new byte[200 << 20]);

    postPacked("gzip", packed).statusCode(413).body("code", equalTo("PAYLOAD_TOO_LARGE"));
    postPacked("gzip", Arrays.copyOf(packed, 100))
        .statusCode(400)
        .body("code", equalTo("BAD_REQUEST"));
    postPacked("gzip", new byte[0]).statusCode(400);
    assertThat(captured()).isEmpty();
  }

  @Test
  @Tag("I5")
  void decompressesEveryGzipMemberAndNothingElse() throws IOException {
    byte[] event = gzip("{\"type\":\"t\",\"data\":1}".getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    byte[] empty = gzip(new byte[0]);
    for (int i = 0; i < 100_000; i++) {
      members.writeBytes(empty);
    }
    members.writeBytes(event);

    postPacked("gzip", members.toByteArray()).statusCode(202);
    assertThat(captured()).hasSize(1);
    postPacked("gzip", Arrays.copyOf(event, event.length + 1))
        .statusCode(400)
        .body("code", equalTo("BAD_REQUEST"));
  }

  private ValidatableResponse postPacked(String encoding, byte[] body) {
    return asTenant(tenant)
        .contentType("application/json")
        .header("Content-Encoding", encoding)
        .body(body)
        .post(EVENTS)
        .then();
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(body);
    }
    return packed.toByteArray();
  }

  @Tag("C1")
  @Test
  @Tag("I5")
  void acceptsCloudEventInBinaryMode() {
    String data = "{\"type\":\"card\",\"data\":{\"n\":1}}";
    asTenant(tenant)
        .contentType("application/json")
        .header("ce-specversion", "1.0")
        .header("ce-id", "b-1")
        .header("CE-Source", "/caf%C3%A9")
        .header("ce-type", "payment.made")
        .header("ce-traceparent", "00-ab")
        .body(data)
        .post(EVENTS)
        .then()
        .statusCode(202)
        .body("event_id", equalTo("b-1"));

    ConsumerRecord<byte[], byte[]> message = captured().getFirst();
    assertThat(TopicReader.value(message)).isEqualTo(data);
    assertThat(headers(message))
        .containsEntry("ce_id", "b-1")
        .containsEntry("ce_source", "/café")
        .containsEntry("ce_type", "payment.made")
        .containsEntry("ce_traceparent", "00-ab");
  }

  @Test
  @Tag("I5")
  void requiresWriteKeyOfActiveTenant() {
    String event = "{\"type\":\"t\"}";
    given().contentType("application/json").body(event).post(EVENTS).then().statusCode(401);
    given()
        .header("X-API-Key", "nm_1_" + "0".repeat(48))
        .contentType("application/json")
        .body(event)
        .post(EVENTS)
        .then()
        .statusCode(401);
    asAdmin().contentType("application/json").body(event).post(EVENTS).then().statusCode(403);
    given()
        .header("X-API-Key", tenant.addKey("read"))
        .contentType("application/json")
        .body(event)
        .post(EVENTS)
        .then()
        .statusCode(403)
        .body("code", equalTo("FORBIDDEN"));
    tenant.setStatus("suspended");
    Awaitility.await().untilAsserted(() -> post("application/json", event).statusCode(403));
    assertThat(captured()).isEmpty();
  }

  @Test
  @Tag("I3")
  void writesTenantToPartitionThatApiPredicts() {
    for (TestTenant each : TestTenant.withInboxes(3)) {
      asTenant(each)
          .contentType("application/json")
          .body("{\"type\":\"t\"}")
          .post(EVENTS)
          .then()
          .statusCode(202);
      int predicted =
          asAdmin()
              .queryParam("tenant_id", each.id())
              .get("/api/v1/topics/ingestion-events/partition")
              .then()
              .extract()
              .path("partition");

      assertThat(TopicReader.read(stack, TOPIC, each.id()))
          .singleElement()
          .satisfies(m -> assertThat(m.partition()).isEqualTo(predicted));
      assertThat(predicted).isEqualTo(TenantPartitioner.partition(each.id().toString(), 6));
    }
  }

  @Test
  @Tag("I6")
  void answersRepetitionTheSameWithoutSendingItAgain() {
    String event = "{\"event_id\":\"once\",\"type\":\"t\",\"data\":1}";
    String first = post("application/json", event).statusCode(202).extract().asString();
    String second = post("application/json", event).statusCode(202).extract().asString();
    post("application/json", "[" + event + "," + event + "]")
        .statusCode(202)
        .body("accepted", equalTo(2));

    assertThat(second).isEqualTo(first);
    assertThat(captured()).hasSize(1);
  }

  @Test
  @Tag("I6")
  void acceptsSameIdFromAnotherSourceOrTenant() {
    TestTenant other = TestTenant.withInbox();
    post("application/json", "{\"event_id\":\"1\",\"type\":\"t\"}").statusCode(202);
    post("application/json", "{\"event_id\":\"1\",\"type\":\"t\",\"source\":\"/b\"}")
        .statusCode(202);
    asTenant(other)
        .contentType("application/json")
        .body("{\"event_id\":\"1\",\"type\":\"t\"}")
        .post(EVENTS)
        .then()
        .statusCode(202);

    assertThat(captured()).hasSize(2);
    assertThat(TopicReader.read(stack, TOPIC, other.id())).hasSize(1);
  }

  @Test
  @Tag("I5")
  void answers503WithoutKafkaAndLosesNoAcceptedEvent() {
    post("application/json", "{\"event_id\":\"before\",\"type\":\"t\"}").statusCode(202);
    stack.kafka().stop();
    try {
      post("application/json", "{\"event_id\":\"during\",\"type\":\"t\"}")
          .statusCode(503)
          .header("Retry-After", notNullValue())
          .body("code", equalTo("KAFKA_UNAVAILABLE"))
          .body("retryable", equalTo(true));
    } finally {
      stack.kafka().start();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                post("application/json", "{\"event_id\":\"during\",\"type\":\"t\"}")
                    .statusCode(202));

    assertThat(captured())
        .extracting(m -> TopicReader.header(m, "ce_id"))
        .contains("before", "during");
  }

  private static final String FILE =
      """
      {"tenant_id":"%s","source_type":"UPLOAD","file_hash":"%s","s3_uri":"s3://files/a/b.pdf",
       "original_filename":"b.pdf","mime_type":"application/pdf","timestamp":1763700000000,
       "source_path":"/in","parent_id":null,"metadata":{"pages":"3"}}
      """;

  private ValidatableResponse postFile(String data) {
    return post(
        "application/json",
        "{\"event_id\":\"%s\",\"type\":\"io.tenantry.file.ingested.v1\",\"data\":%s}"
            .formatted(UUID.randomUUID(), data));
  }

  @Test
  @Tag("I7")
  void acceptsFileEvent() {
    postFile(FILE.formatted(tenant.id(), "0aF".repeat(21) + "9")).statusCode(202);
    assertThat(captured()).hasSize(1);
  }

  @Test
  @Tag("I7")
  void refusesInvalidFileEvent() {
    postFile(FILE.formatted(tenant.id(), "abc"))
        .statusCode(422)
        .body("errors.field", contains("data.file_hash"));
    assertThat(captured()).isEmpty();
  }
}
