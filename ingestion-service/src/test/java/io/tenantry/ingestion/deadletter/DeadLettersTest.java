package io.tenantry.ingestion.deadletter;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static io.tenantry.ingestion.TopicReader.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tenantry.ingestion.EventSender;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dead letters are found, counted, and sent again. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class DeadLettersTest {

  private static final String DEAD_LETTERS = "/api/v1/dead-letters";
  private static final String TOPIC = "ingestion-events-dlq";

  LocalStack stack;
  private TestTenant tenant;
  private EventSender sender;

  @BeforeEach
  void createTenant() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
    sender = new EventSender(stack);
  }

  @AfterEach
  void closeSender() {
    sender.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private ValidatableResponse list() {
    return asAdmin()
        .queryParam("tenant_id", tenant.id())
        .queryParam("limit", 500)
        .get(DEAD_LETTERS)
        .then()
        .statusCode(200);
  }

  private void awaitLetters(int count) {
    await().untilAsserted(() -> list().body("items", hasSize(count)));
  }

  private void awaitCount(String status, int count) {
    await()
        .untilAsserted(
            () ->
                asAdmin()
                    .queryParam("tenant_id", tenant.id())
                    .get(DEAD_LETTERS + "/count")
                    .then()
                    .body(
                        "counts.findAll { it.status == '%s' }.count.sum() ?: 0".formatted(status),
                        equalTo(count)));
  }

  private static ValidatableResponse redrive(String json) {
    return asAdmin()
        .contentType("application/json")
        .body(json)
        .post(DEAD_LETTERS + "/redrive")
        .then();
  }

  @Test
  @Tag("I12")
  void redrivesThousandButNotInDryRun() {
    tenant.setStatus("suspended");
    List<String> ids = IntStream.range(0, 1000).mapToObj(i -> "e" + i).toList();
    ids.forEach(id -> sender.sendEventAsync(tenant, id, "{}"));
    sender.sendEvent(tenant, "last", "{}");
    awaitCount("waiting", 1001);
    sender.send(TOPIC, tenant.id().toString(), "x", Map.of("dead-letter-reason", "malformed"));
    awaitCount("waiting", 1002);
    tenant.setStatus("active");
    String request =
        "{\"tenant_id\":\"%s\",\"reason\":\"tenant_suspended\",\"limit\":1000,\"dry_run\":%s}"
            .formatted(tenant.id(), "%s");

    redrive(request.formatted(true))
        .statusCode(200)
        .body("dry_run", equalTo(true))
        .body("matched", equalTo(1000))
        .body("redriven", equalTo(1000))
        .body("more", equalTo(true));
    assertThat(TenantDatabase.inbox(tenant)).isEmpty();
    awaitCount("waiting", 1002);

    redrive(request.formatted(false)).body("redriven", equalTo(1000)).body("more", equalTo(true));
    await().untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).isEqualTo(ids));
    awaitCount("redriven", 1000);
    awaitCount("waiting", 2);
    redrive(request.formatted(false)).body("redriven", equalTo(1)).body("more", equalTo(false));
    await()
        .untilAsserted(
            () -> assertThat(TenantDatabase.inbox(tenant)).hasSize(1001).endsWith("last"));
    redrive(request.formatted(false)).body("matched", equalTo(0));
  }

  @Test
  @Tag("I12")
  void browsesByTenantReasonAndStatusInPages() {
    tenant.setStatus("deleted");
    for (String id : List.of("1", "2", "3")) {
      sender.sendEvent(tenant, id, "{\"n\":" + id + "}");
    }
    sender.send(TOPIC, tenant.id().toString(), "x", Map.of("dead-letter-reason", "malformed"));
    awaitLetters(4);

    String next =
        asAdmin()
            .queryParams("tenant_id", tenant.id(), "reason", "tenant_deleted", "limit", 2)
            .queryParam("status", "waiting")
            .get(DEAD_LETTERS)
            .then()
            .statusCode(200)
            .body("items.event_id", contains("1", "2"))
            .body("items[0].type", equalTo("t"))
            .body("items[0].original_topic", equalTo("ingestion-events"))
            .body("items[0].redrives", equalTo(0))
            .extract()
            .path("next");
    int id =
        asAdmin()
            .queryParams("tenant_id", tenant.id(), "reason", "tenant_deleted", "after", next)
            .get(DEAD_LETTERS)
            .then()
            .body("items.event_id", contains("3"))
            .extract()
            .path("items[0].id");
    asAdmin()
        .get(DEAD_LETTERS + "/" + id)
        .then()
        .statusCode(200)
        .body("message.value", equalTo("{\"n\":3}"))
        .body("message.headers.ce_id", equalTo("3"))
        .body("message.headers.'dead-letter-reason'", equalTo("tenant_deleted"));
    asAdmin()
        .queryParam("tenant_id", tenant.id())
        .get(DEAD_LETTERS + "/count")
        .then()
        .body("total", equalTo(4))
        .body("counts.reason", contains("tenant_deleted", "malformed"))
        .body("counts.count", contains(3, 1));
    asAdmin()
        .get(DEAD_LETTERS + "/999999999")
        .then()
        .statusCode(404)
        .body("code", equalTo("DEAD_LETTER_NOT_FOUND"));
  }

  @Test
  @Tag("I12")
  @Tag("P2")
  void showsMessageToItsTenantAndToOperatorsButNotToViewers() {
    String secret = "secret-of-the-tenant";
    tenant.setStatus("suspended");
    sender.sendEvent(tenant, "1", "{\"n\":\"%s\"}".formatted(secret));
    awaitLetters(1);
    int id = list().extract().path("items[0].id");
    tenant.setStatus("active");
    String path = DEAD_LETTERS + "/" + id;

    String forViewer =
        withKey(LocalStackResource.VIEWER_KEY)
            .get(path)
            .then()
            .statusCode(200)
            .body("reason", equalTo("tenant_suspended"))
            .body("message", nullValue())
            .body("message_withheld", equalTo(true))
            .extract()
            .asString();
    assertThat(forViewer).doesNotContain(secret);
    assertThat(withKey(LocalStackResource.VIEWER_KEY).get(DEAD_LETTERS).asString())
        .doesNotContain(secret);
    for (RequestSpecification reader :
        List.of(withKey(LocalStackResource.OPERATOR_KEY), asAdmin(), asTenant(tenant))) {
      reader
          .get(path)
          .then()
          .statusCode(200)
          .body("message.value", containsString(secret))
          .body("message_withheld", nullValue());
    }
  }

  private static RequestSpecification withKey(String key) {
    return given().auth().oauth2(key);
  }

  @Test
  @Tag("I12")
  void parksMessageAfterRepeatedFailures() {
    sender.sendEvent(tenant, "poison", "1e999999");
    String request = "{\"tenant_id\":\"%s\"}".formatted(tenant.id());
    for (int redrives = 0; redrives < 3; redrives++) {
      awaitLetters(redrives + 1);
      redrive(request).body("redriven", equalTo(1)).body("parked", equalTo(0));
    }
    awaitLetters(4);

    list()
        .body("items.redrives", contains(0, 1, 2, 3))
        .body("items.status", contains("redriven", "redriven", "redriven", "parked"));
    redrive(request).body("redriven", equalTo(0)).body("parked", equalTo(1));
    redrive("{\"tenant_id\":\"%s\",\"include_parked\":true}".formatted(tenant.id()))
        .body("redriven", equalTo(1));
    awaitLetters(5);
  }

  @Test
  @Tag("I12")
  void readsHeadersOfSpring() {
    sender.send(
        TOPIC,
        tenant.id().toString(),
        "{}",
        Map.of(
            "kafka_dlt-original-topic",
            "orders",
            "kafka_dlt-original-partition",
            ByteBuffer.allocate(4).putInt(3).array(),
            "kafka_dlt-original-offset",
            ByteBuffer.allocate(8).putLong(1L << 33).array(),
            "kafka_dlt-original-timestamp",
            ByteBuffer.allocate(8).putLong(1763700000000L).array(),
            "kafka_dlt-exception-fqcn",
            "java.lang.IllegalStateException",
            "kafka_dlt-exception-message",
            "no"));
    awaitLetters(1);

    list()
        .body("items[0].reason", equalTo("java.lang.IllegalStateException"))
        .body("items[0].error", equalTo("no"))
        .body("items[0].original_topic", equalTo("orders"))
        .body("items[0].original_partition", equalTo(3))
        .body("items[0].original_offset", equalTo(1L << 33))
        .body("items[0].original_timestamp", equalTo("2025-11-21T04:40:00Z"));
    // Another topic's: this service may not write there.
    redrive("{\"tenant_id\":\"%s\"}".formatted(tenant.id()))
        .body("foreign", equalTo(1))
        .body("redriven", equalTo(0));
  }

  @Test
  @Tag("I12")
  void readsHeadersOfSmallRyeAndRedrivesOriginalMessage() {
    sender.send(
        TOPIC,
        tenant.id().toString(),
        "{\"a\":1}",
        Map.of(
            "dead-letter-reason", "it went wrong",
            "dead-letter-exception-class-name", "com.example.Wrong",
            "dead-letter-topic", "ingestion-events",
            "dead-letter-partition", "1",
            "dead-letter-offset", "5",
            "ce_specversion", "1.0",
            "ce_id", "s1",
            "ce_source", "elsewhere",
            "ce_type", "t",
            "content-type", "application/json"));
    awaitLetters(1);
    list()
        .body("items[0].reason", equalTo("com.example.Wrong"))
        .body("items[0].error", equalTo("it went wrong"));

    redrive("{\"tenant_id\":\"%s\"}".formatted(tenant.id())).body("redriven", equalTo(1));

    await().untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).containsExactly("s1"));
    ConsumerRecord<byte[], byte[]> message =
        TopicReader.read(stack, "ingestion-events", tenant.id()).getFirst();
    assertThat(TopicReader.value(message)).isEqualTo("{\"a\":1}");
    assertThat(header(message, "dead-letter-reason")).isEmpty();
    assertThat(header(message, "tenantry-redrives")).isEqualTo("1");
  }

  @Test
  @Tag("I12")
  void keepsDeadLettersOfTenantsApart() {
    TestTenant other = TestTenant.withInbox();
    tenant.setStatus("deleted");
    sender.sendEvent(tenant, "1", "{}");
    awaitLetters(1);
    int id = list().extract().path("items[0].id");
    String byId = "{\"ids\":[%d]}".formatted(id);

    asTenant(other).get(DEAD_LETTERS).then().statusCode(200).body("items", hasSize(0));
    asTenant(other).get(DEAD_LETTERS + "/count").then().body("total", equalTo(0));
    asTenant(other).get(DEAD_LETTERS + "/" + id).then().statusCode(404);
    asTenant(other)
        .queryParam("tenant_id", tenant.id())
        .get(DEAD_LETTERS)
        .then()
        .statusCode(403)
        .body("code", equalTo("FORBIDDEN"));
    asTenant(other)
        .contentType("application/json")
        .body(byId)
        .post(DEAD_LETTERS + "/redrive")
        .then()
        .statusCode(200)
        .body("matched", equalTo(0));
    asTenant(other)
        .contentType("application/json")
        .body("{\"tenant_id\":\"%s\"}".formatted(tenant.id()))
        .post(DEAD_LETTERS + "/redrive")
        .then()
        .statusCode(403);
    given()
        .header("X-API-Key", other.addKey("read"))
        .contentType("application/json")
        .body(byId)
        .post(DEAD_LETTERS + "/redrive")
        .then()
        .statusCode(403);
    list().body("items.status", contains("waiting"));

    tenant.setStatus("active");
    // Until the worker knows of it, what is sent to the tenant dies, too.
    await()
        .untilAsserted(
            () -> {
              sender.sendEvent(tenant, "0", "{}");
              assertThat(TenantDatabase.inbox(tenant)).containsExactly("0");
            });
    asTenant(tenant).get(DEAD_LETTERS).then().statusCode(200).body("items.id", hasItem(id));
    asTenant(tenant)
        .contentType("application/json")
        .body(byId)
        .post(DEAD_LETTERS + "/redrive")
        .then()
        .statusCode(200)
        .body("redriven", equalTo(1));
    await().untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).containsExactly("0", "1"));
  }
}
