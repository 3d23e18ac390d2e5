package io.tenantry.ingestion.topic;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.tenantry.ingestion.EventSender;
import io.tenantry.ingestion.OtherTopic;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.ingestion.delivery.ExtractionWorker;
import io.tenantry.localstack.LocalStack;
import io.tenantry.partitioner.TenantPartitioner;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Topics that are deleted and created again, as after the loss of Kafka, and events that expired:
 * previous offsets are ignored, no message is taken for another tenant's, and losses are reported.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(OtherTopic.class)
@Tag("P13")
class ReplacedTopicTest {

  private static final String TOPIC = OtherTopic.EVENTS;
  private static final String DEAD_LETTERS = OtherTopic.DEAD_LETTERS;
  private static final String GROUP = TOPIC + "-extraction-workers";

  @Inject ExtractionWorker worker;
  LocalStack stack;
  private Broker broker;
  private TestTenant tenant;

  @BeforeEach
  void createTenant() {
    Readiness.await("topics", "UP");
    broker = new Broker(stack);
    tenant = TestTenant.withInbox();
  }

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(90));
  }

  private static int partitionOf(TestTenant of, int partitions) {
    return TenantPartitioner.partition(of.id().toString(), partitions);
  }

  private static ValidatableResponse deadLetters(TestTenant of) {
    return asTenant(of).get("/api/v1/dead-letters").then().statusCode(200);
  }

  private static ValidatableResponse deadLetter(TestTenant of, int id) {
    return asTenant(of).get("/api/v1/dead-letters/" + id).then().statusCode(200);
  }

  private static ValidatableResponse redrive(TestTenant of) {
    return asTenant(of)
        .contentType("application/json")
        .body("{\"include_parked\":true}")
        .post("/api/v1/dead-letters/redrive")
        .then()
        .statusCode(200);
  }

  private static ValidatableResponse lostEvents(TestTenant of) {
    return asAdmin()
        .queryParam("tenant_id", of.id())
        .get("/api/v1/lost-events")
        .then()
        .statusCode(200);
  }

  /** Sends events until they are accepted: the broker may not know the topic again yet. */
  private static void capture(TestTenant from, String... ids) {
    for (String id : ids) {
      await()
          .untilAsserted(
              () ->
                  asTenant(from)
                      .contentType("application/json")
                      .body("{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{}}".formatted(id))
                      .post(EVENTS)
                      .then()
                      .statusCode(202));
    }
  }

  private void assertArrives(String... ids) {
    await().untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).containsExactly(ids));
  }

  private void awaitBacklog() {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            "SELECT next_offset FROM ingestion.topic_backlogs WHERE tenant_id = ?",
                            tenant.id()))
                    .hasSize(1));
  }

  private void sendDeadLetter(TestTenant of, String data) {
    try (EventSender sender = new EventSender(stack)) {
      sender.send(
          DEAD_LETTERS,
          of.id().toString(),
          data,
          Map.of("dead-letter-reason", "malformed", "ce_id", data, "dead-letter-topic", TOPIC));
    }
  }

  private TestTenant neighbour() {
    return Stream.generate(TestTenant::withInbox)
        .filter(other -> partitionOf(other, 3) == partitionOf(tenant, 3))
        .findFirst()
        .orElseThrow();
  }

  private int awaitDeadLetter(TestTenant of, String data) {
    await().untilAsserted(() -> deadLetters(of).body("items.event_id", hasItem(data)));
    return deadLetters(of).extract().path("items.find { it.event_id == '%s' }.id".formatted(data));
  }

  private static double metric(String name) {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  @Tag("F7")
  @Test
  void marksDeadLetterOfReplacedTopicLostAndHidesMessageOfAnotherTenant() {
    TestTenant other = neighbour();
    broker.recreate(DEAD_LETTERS, 3, Map.of());
    sendDeadLetter(tenant, "of-tenant");
    int id = awaitDeadLetter(tenant, "of-tenant");
    deadLetter(tenant, id).body("message.value", equalTo("of-tenant"));

    broker.recreate(DEAD_LETTERS, 3, Map.of());
    sendDeadLetter(other, "of-other");

    await()
        .untilAsserted(
            () -> {
              deadLetter(tenant, id).body("message", nullValue());
              deadLetter(tenant, id)
                  .body("status", equalTo("lost"))
                  .body("lost_reason", equalTo("topic_replaced"));
            });
    redrive(tenant).body("matched", equalTo(0));
    int otherId = awaitDeadLetter(other, "of-other");
    deadLetter(other, otherId)
        .body("status", equalTo("waiting"))
        .body("message.value", equalTo("of-other"));
    await()
        .untilAsserted(
            () ->
                assertThat(metric("tenantry_ingestion_dead_letters{status=\"lost\"}"))
                    .isPositive());
  }

  @Tag("F7")
  @Test
  void hidesMessageOfAnotherTenantWhateverRegisterSays() {
    TestTenant other = TestTenant.withInbox();
    sendDeadLetter(other, "secret");
    int id = awaitDeadLetter(other, "secret");
    String update = "UPDATE ingestion.dead_letters SET %s WHERE position = " + id;

    // What a restored control database, or a previous version, may have at the same offset.
    for (String topic : List.of("topic_id = topic_id", "topic_id = NULL, cluster_id = NULL")) {
      ControlDatabase.execute(update.formatted(topic));
      ControlDatabase.execute(update.formatted("tenant_id = '%s'".formatted(tenant.id())));
      deadLetter(tenant, id).body("message", nullValue());
      redrive(tenant).body("matched", equalTo(1)).body("gone", equalTo(1));
    }
    ControlDatabase.execute(
        update.formatted(
            "tenant_id = '%s', dead_at = dead_at - interval '1 s'".formatted(other.id())));
    deadLetter(other, id).body("message", nullValue());
    ControlDatabase.execute(update.formatted("topic_id = 'x', dead_at = dead_at + interval '1 s'"));
    deadLetter(other, id).body("message", nullValue());
    ControlDatabase.execute(update.formatted("topic_id = NULL, cluster_id = NULL"));
    deadLetter(other, id).body("message.value", equalTo("secret"));
    assertThat(TopicReader.read(stack, TOPIC, other.id())).isEmpty();
  }

  @Tag("F7")
  @Test
  void deliversFromReplacedTopicAtOffsetsThatBacklogHadPassed() {
    capture(tenant, "a0", "a1", "a2", "a3");
    assertArrives("a0", "a1", "a2", "a3");
    TenantDatabase.stop(tenant);
    capture(tenant, "b0", "b1");
    awaitBacklog();

    broker.recreate(TOPIC, 6, Map.of());
    capture(tenant, "c0", "c1");
    TenantDatabase.start(tenant);

    assertArrives("a0", "a1", "a2", "a3", "c0", "c1");
    await()
        .untilAsserted(
            () ->
                lostEvents(tenant)
                    .body("items.reason", hasItem("topic_replaced"))
                    .body(
                        "items.find { it.tenant_id == '%s' }.partition".formatted(tenant.id()),
                        equalTo(partitionOf(tenant, 6)))
                    .body(
                        "items.find { it.tenant_id == '%s' }.from_time".formatted(tenant.id()),
                        notNullValue()));
    assertThat(metric("tenantry_ingestion_event_losses_total{reason=\"topic_replaced\"}"))
        .isPositive();
  }

  @Tag("F7")
  @Test
  void acceptsEventAgainAfterTopicWasReplaced() {
    capture(tenant, "e1");
    broker.recreate(TOPIC, 6, Map.of());

    await()
        .untilAsserted(
            () -> {
              capture(tenant, "e1");
              assertThat(TopicReader.read(stack, TOPIC, tenant.id())).hasSize(1);
            });
  }

  private TopicPartition partition() {
    return new TopicPartition(TOPIC, partitionOf(tenant, 6));
  }

  private void deleteRecords(long before) {
    await()
        .ignoreExceptions()
        .until(
            () ->
                broker
                        .admin()
                        .deleteRecords(Map.of(partition(), RecordsToDelete.beforeOffset(before)))
                        .all()
                        .get()
                    == null);
  }

  private long end() throws Exception {
    return broker
        .admin()
        .listOffsets(Map.of(partition(), OffsetSpec.latest()))
        .partitionResult(partition())
        .get()
        .offset();
  }

  private void commit(long offset, String metadata) {
    await()
        .ignoreExceptions()
        .until(
            () ->
                broker
                        .admin()
                        .alterConsumerGroupOffsets(
                            GROUP, Map.of(partition(), new OffsetAndMetadata(offset, metadata)))
                        .all()
                        .get()
                    == null);
  }

  @Tag("F7")
  @Test
  void ignoresOffsetCommittedOnAnotherTopic() throws Exception {
    capture(tenant, "a");
    assertArrives("a");
    worker.stop();
    try {
      capture(tenant, "b", "c", "d");
      commit(end() - 1, "topic=b3RoZXI cluster=another time=1763700000000");
    } finally {
      worker.start();
    }

    assertArrives("a", "b", "c", "d");
  }

  @Test
  void reportsEventsLostDuringOutageLongerThanRetention() throws Exception {
    capture(tenant, "a0");
    assertArrives("a0");
    TenantDatabase.stop(tenant);
    capture(tenant, "b0", "b1", "b2");
    awaitBacklog();
    long next = end();
    deleteRecords(next);
    capture(tenant, "c0");
    TenantDatabase.start(tenant);

    assertArrives("a0", "c0");
    String own = "items.find { it.tenant_id == '%s' }.".formatted(tenant.id());
    lostEvents(tenant)
        .body(own + "reason", equalTo("retention"))
        .body(own + "topic", equalTo(TOPIC))
        .body(own + "offsets", equalTo(3))
        .body(own + "to_offset", equalTo((int) next))
        .body(own + "from_time", notNullValue())
        .body(own + "to_time", notNullValue());
    assertThat(metric("tenantry_ingestion_event_losses_total{reason=\"retention\"}")).isPositive();
    lostEvents(TestTenant.withInbox())
        .body("items.tenant_id", not(hasItem(tenant.id().toString())));
  }

  @Test
  void reportsEventsThatExpiredUnread() throws Exception {
    capture(tenant, "a");
    assertArrives("a");
    worker.stop();
    long next;
    try {
      capture(tenant, "b", "c", "d");
      next = end();
      deleteRecords(next - 1);
    } finally {
      worker.start();
    }

    assertArrives("a", "d");
    String all = "items.findAll { it.partition == %d && it.to_offset == %d }.";
    lostEvents(tenant)
        .body(all.formatted(partition().partition(), next - 1) + "offsets", contains(2))
        .body(all.formatted(partition().partition(), next - 1) + "tenant_id", hasSize(1))
        .body(all.formatted(partition().partition(), next - 1) + "from_time", notNullValue());
  }

  @Test
  void showsLostEventsToViewersOnly() {
    asTenant(tenant).get("/api/v1/lost-events").then().statusCode(403);
    given().get("/api/v1/lost-events").then().statusCode(401);
    asAdmin().queryParam("after", "x").get("/api/v1/lost-events").then().statusCode(422);
  }
}
