package io.tenantry.ingestion.delivery;

import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.TopicReader.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.EventSender;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A message becomes one dead letter, however often it is read. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("K1")
class DeadLettersOnceTest {

  private static final String TOPIC = "ingestion-events";
  private static final String TOO_LARGE = "{\"n\":1e999999}";
  private static final String TOO_DEEP = "[".repeat(20_000) + "]".repeat(20_000);

  LocalStack stack;
  @Inject ExtractionWorker worker;
  @Inject TenantDirectory directory;
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

  private void assertArrives(String... ids) {
    await().untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).containsExactly(ids));
  }

  /** The tenant's dead letters, as ids and causes. */
  private List<String> deadLetters() {
    return TopicReader.read(stack, "ingestion-events-dlq", tenant.id()).stream()
        .map(letter -> header(letter, "ce_id") + " " + header(letter, "dead-letter-cause"))
        .toList();
  }

  /** The last one may not be written yet when a later event has arrived. */
  private void assertDeadLetters(String... letters) {
    await().untilAsserted(() -> assertThat(deadLetters()).containsExactly(letters));
  }

  private void awaitBacklog() {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            "SELECT tenant_id FROM ingestion.topic_backlogs WHERE tenant_id = ?",
                            tenant.id()))
                    .hasSize(1));
  }

  @Test
  void deadLettersJsonNestedTooDeepInsteadOfReportingOutage() {
    sender.sendEvent(tenant, "deep", TOO_DEEP);
    for (String id : List.of("a", "b", "c", "d")) {
      sender.sendEvent(tenant, id, TOO_LARGE);
    }
    sender.sendEvent(tenant, "good", "{}");

    assertArrives("good");
    assertDeadLetters(
        "deep PostgreSQL refused the event 3 times, SQLSTATE 54001",
        "a PostgreSQL refused the event 3 times, SQLSTATE 22003",
        "b PostgreSQL refused the event 3 times, SQLSTATE 22003",
        "c PostgreSQL refused the event 3 times, SQLSTATE 22003",
        "d PostgreSQL refused the event 3 times, SQLSTATE 22003");
  }

  @Test
  void writesEachDeadLetterOnceDespiteOutage() {
    sender.sendEvent(tenant, "first", "{}");
    assertArrives("first");
    TenantDatabase.stop(tenant);
    sender.sendEvent(tenant, "refused", TOO_LARGE);
    sender.send(TOPIC, tenant.id().toString(), "x", Map.of("ce_id", "malformed"));
    sender.sendEvent(tenant, "good", "{}");
    awaitBacklog();
    TenantDatabase.start(tenant);

    assertArrives("first", "good");
    assertThat(deadLetters())
        .containsExactlyInAnyOrder(
            "refused PostgreSQL refused the event 3 times, SQLSTATE 22003",
            "malformed the message is not a CloudEvent 1.0 in binary mode");
  }

  /**
   * After a crash messages are read again. The worker had recorded its decisions, but not for each
   * whether the dead letter was written.
   */
  @Test
  void completesRecordedDecisionsOnceAfterRestart() throws Exception {
    tenant.setStatus("suspended");
    RecordMetadata first = sender.sendEvent(tenant, "noted", "{}");
    sender.sendEvent(tenant, "written", "{}");
    await().untilAsserted(() -> assertThat(deadLetters()).hasSize(2));
    worker.stop();
    try {
      tenant.setStatus("active");
      directory.forget(tenant.id());
      RecordMetadata decided = sender.sendEvent(tenant, "decided", "{}");
      sender.sendEvent(tenant, "good", "{}");
      ControlDatabase.execute(
          """
          UPDATE ingestion.dead_letter_decisions
          SET written_at = NULL
          WHERE partition = %d AND message_offset = %d
          """
              .formatted(first.partition(), first.offset() + 1));
      ControlDatabase.execute(
          """
          INSERT INTO ingestion.dead_letter_decisions
            (topic_id, cluster_id, partition, message_offset, reason, cause, decided_at)
          SELECT topic_id, cluster_id, partition, %3$d, reason, cause, now()
          FROM ingestion.dead_letter_decisions
          WHERE partition = %1$d AND message_offset = %2$d
          """
              .formatted(first.partition(), first.offset(), decided.offset()));
      asAdmin()
          .contentType("application/json")
          .body(
              "{\"to\":\"offset\",\"offset\":%d,\"partitions\":[%d],\"dry_run\":false}"
                  .formatted(first.offset(), first.partition()))
          .post("/api/v1/groups/ingestion-events-extraction-workers/offsets/reset")
          .then()
          .statusCode(200);
    } finally {
      worker.start();
    }

    assertArrives("good");
    assertDeadLetters(
        "noted the tenant does not accept events",
        "written the tenant does not accept events",
        "decided the tenant does not accept events");
    assertThat(
            ControlDatabase.column(
                """
                SELECT message_offset
                FROM ingestion.dead_letter_decisions
                WHERE partition = %d AND message_offset >= %d AND written_at IS NULL
                """
                    .formatted(first.partition(), first.offset())))
        .isEmpty();
  }

  @Test
  void distinguishesOwnDeadLetterFromMessageWithHeadersOfOtherTools() {
    RecordMetadata sent =
        sender.send(
            TOPIC,
            tenant.id().toString(),
            "x",
            Map.of(
                "ce_id", "odd",
                "__connect.errors.topic", "another",
                "kafka_dlt-original-offset", "12345678",
                "dead-letter-offset", "5"));

    List<ConsumerRecord<byte[], byte[]>> letters =
        await()
            .until(
                () -> TopicReader.read(stack, "ingestion-events-dlq", tenant.id()),
                found -> !found.isEmpty());
    assertThat(letters)
        .singleElement()
        .satisfies(
            letter ->
                assertThat(header(letter, "dead-letter-offset")).isEqualTo("" + sent.offset()));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            """
                            SELECT concat_ws(' ', reason, original_topic, original_offset)
                            FROM ingestion.dead_letters
                            WHERE tenant_id = ?
                            """,
                            tenant.id()))
                    .containsExactly("malformed " + TOPIC + " " + sent.offset()));
  }
}
