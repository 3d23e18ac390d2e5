package io.tenantry.ingestion.delivery;

import static io.tenantry.ingestion.TopicReader.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.IngestionApi;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each record of the topic, whatever it is, is stored once or becomes one dead letter, and the
 * worker reaches the end.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("K1")
class RecordFuzzTest {

  private static final String TOPIC = "ingestion-events";
  private static final String GROUP = "/api/v1/groups/ingestion-events-extraction-workers";
  private static final long SEED = 20_261_121;
  private static final int RECORDS = 400;

  LocalStack stack;
  @Inject ExtractionWorker worker;
  private final List<RecordMetadata> sent = new ArrayList<>();

  @BeforeEach
  void awaitTopics() {
    Readiness.await("topics", "UP");
    ControlPlane.prepare();
  }

  /** Takes what the broker takes, however large it is before it is compressed. */
  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            stack.kafka().bootstrapServers(),
            "compression.type",
            "gzip",
            "max.request.size",
            32 << 20),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message)
      throws Exception {
    sent.add(producer.send(message).get());
  }

  private void awaitEnd(List<TestTenant> ours) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(4))
        .untilAsserted(
            () -> {
              assertThat(IngestionApi.asAdmin().get(GROUP).then().extract().<Integer>path("lag"))
                  .isZero();
              for (TestTenant each : ours) {
                assertThat(
                        ControlDatabase.column(
                            "SELECT reason FROM ingestion.topic_backlogs WHERE tenant_id = ?",
                            each.id()))
                    .isEmpty();
              }
            });
  }

  /** How often each record is stored or a dead letter, by its number. */
  private Map<Integer, List<String>> results(List<TestTenant> ours) {
    Map<Integer, List<String>> results = new HashMap<>();
    for (TestTenant each : ours) {
      TenantDatabase.column(each, "SELECT attributes ->> 'n' FROM inbox_events")
          .forEach(
              number ->
                  results
                      .computeIfAbsent(Integer.valueOf(number), n -> new ArrayList<>())
                      .add("stored"));
    }
    Map<String, Integer> numbers = new HashMap<>();
    for (int number = 0; number < sent.size(); number++) {
      numbers.put(
          "%d %d %d"
              .formatted(
                  sent.get(number).partition(),
                  sent.get(number).offset(),
                  sent.get(number).timestamp()),
          number);
    }
    TopicReader.read(stack, TOPIC + "-dlq")
        .forEach(
            letter -> {
              Integer number =
                  numbers.get(
                      "%s %s %s"
                          .formatted(
                              header(letter, "dead-letter-partition"),
                              header(letter, "dead-letter-offset"),
                              header(letter, "dead-letter-timestamp")));
              if (number != null) {
                results
                    .computeIfAbsent(number, n -> new ArrayList<>())
                    .add(header(letter, "dead-letter-reason"));
              }
            });
    return results;
  }

  private Map<Integer, List<String>> assertEachOnce(List<TestTenant> ours) {
    Map<Integer, List<String>> results = results(ours);
    for (int number = 0; number < sent.size(); number++) {
      assertThat(results.get(number)).as("record %d %s", number, sent.get(number)).hasSize(1);
    }
    return results;
  }

  @Test
  void storesEachRecordOnceOrDeadLettersItOnce() throws Exception {
    List<TestTenant> ours = TestTenant.withInboxes(4);
    TestTenant suspended = ours.get(3);
    suspended.setStatus("suspended");
    RecordFuzz fuzz = new RecordFuzz(SEED, ours.stream().map(TestTenant::id).toList());
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int number = 0; number < RECORDS; number++) {
        send(producer, fuzz.next(TOPIC, number));
        if (number % 50 == 25) {
          endSessions(ours.get(number / 50 % 3));
        }
        if (number == RECORDS / 2) {
          worker.stop();
          worker.start();
        }
      }
      awaitEnd(ours);
      assertThat(assertEachOnce(ours).values())
          .flatExtracting(result -> result)
          .contains(
              "stored", "malformed", "refused_by_database", "tenant_suspended", "tenant_unknown");

      worker.stop();
      try {
        rewind();
        suspended.setStatus("active");
      } finally {
        worker.start();
      }
      awaitEnd(ours);
      assertEachOnce(ours);
    }
  }

  /** Resets the offsets to the first record that was sent, on each partition. */
  private void rewind() {
    Map<Integer, Long> first = new HashMap<>();
    sent.forEach(record -> first.merge(record.partition(), record.offset(), Math::min));
    first.forEach(
        (partition, offset) ->
            IngestionApi.asAdmin()
                .contentType("application/json")
                .body(
                    "{\"to\":\"offset\",\"offset\":%d,\"partitions\":[%d],\"dry_run\":false}"
                        .formatted(offset, partition))
                .post(GROUP + "/offsets/reset")
                .then()
                .statusCode(200));
  }

  private void endSessions(TestTenant tenant) {
    ControlDatabase.column(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?",
        tenant.database());
  }

  @Test
  void deadLettersOversizedRecordWithoutItsValue() throws Exception {
    UUID unknown = UUID.randomUUID();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      send(
          producer,
          new ProducerRecord<>(
              TOPIC, 0, unknown.toString().getBytes(StandardCharsets.UTF_8), new byte[20 << 20]));
      send(producer, new ProducerRecord<>(TOPIC, 0, null, new byte[10]));
    }
    awaitEnd(List.of());

    assertThat(assertEachOnce(List.of())).hasSize(2);
    assertThat(TopicReader.read(stack, TOPIC + "-dlq", unknown))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.value()).isNull();
              assertThat(header(letter, "dead-letter-truncated")).isEqualTo("true");
              assertThat(header(letter, "dead-letter-reason")).isEqualTo("tenant_unknown");
            });
  }
}
