package io.tenantry.ingestion.topic;

import static io.tenantry.ingestion.IngestionApi.TOPICS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.Readiness;
import io.tenantry.kernel.kafka.TopicSpec;
import io.tenantry.kernel.kafka.Topics;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The topics that the service creates at its start. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class TopicsTest {

  LocalStack stack;

  @BeforeEach
  void awaitTopics() {
    Readiness.await("topics", "UP");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"ingestion-events, 6, 604800000", "ingestion-events-dlq, 3, 2592000000"})
  @Tag("I1")
  void createsBothTopics(String name, int partitions, String retention) throws Exception {
    try (Broker broker = new Broker(stack)) {
      TopicDescription topic = broker.description(name);
      assertThat(topic.partitions())
          .hasSize(partitions)
          .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(1));
      assertThat(broker.ownSettings(name))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "retention.ms", retention,
                  "retention.bytes", "-1",
                  "compression.type", "snappy",
                  "max.message.bytes", "4194304",
                  "cleanup.policy", "delete",
                  "min.insync.replicas", "1"));
    }
  }

  @Test
  @Tag("I1")
  void listsTopicsAsBrokerHasThem() throws ExecutionException, InterruptedException {
    asAdmin()
        .get(TOPICS)
        .then()
        .statusCode(200)
        .body("items.name", contains("ingestion-events", "ingestion-events-dlq"))
        .body("items.partition_count", contains(6, 3))
        .body("items.replication_factor", contains(1, 1))
        .body("items.config.'retention.ms'", contains("604800000", "2592000000"))
        .body("items.config.'retention.bytes'", contains("-1", "-1"))
        .body("items.config.'compression.type'", contains("snappy", "snappy"))
        .body("items.config.'cleanup.policy'", contains("delete", "delete"))
        .body("items.config.'min.insync.replicas'", contains("1", "1"));

    try (Broker broker = new Broker(stack)) {
      broker.set("ingestion-events-dlq", "min.insync.replicas", "2");
      try {
        asAdmin().get(TOPICS).then().body("items.config.'min.insync.replicas'", contains("1", "2"));
      } finally {
        broker.set("ingestion-events-dlq", "min.insync.replicas", "1");
      }
    }
  }

  @Test
  @Tag("I1")
  void showsPartitionsSizesAndOffsets() {
    asAdmin()
        .get(TOPICS + "/ingestion-events-dlq")
        .then()
        .statusCode(200)
        .body("name", equalTo("ingestion-events-dlq"))
        .body("partition_count", equalTo(3))
        .body("partitions.partition", contains(0, 1, 2))
        .body("partitions.leader", contains(1, 1, 1))
        .body("partitions.replicas", everyItem(contains(1)))
        .body("partitions.in_sync_replicas", everyItem(contains(1)))
        .body("partitions.earliest_offset", everyItem(greaterThanOrEqualTo(0)))
        .body("partitions.latest_offset", everyItem(greaterThanOrEqualTo(0)))
        .body("partitions.size_bytes", everyItem(greaterThanOrEqualTo(0)))
        .body("size_bytes", greaterThanOrEqualTo(0));
  }

  @Test
  @Tag("I1")
  void acceptsCreationOfExistingTopic() {
    asAdmin()
        .post(TOPICS + "/ingestion-events")
        .then()
        .statusCode(200)
        .body("partition_count", equalTo(6));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GET, ''",
    "POST, ''",
    "GET, /verification",
    "POST, /reconcile",
    "GET, /partition?tenant_id=a"
  })
  @Tag("I1")
  void hidesTopicsOfOthers(String method, String path) {
    asAdmin()
        .request(method, TOPICS + "/tenantry.tenant-events" + path)
        .then()
        .statusCode(404)
        .body("code", equalTo("TOPIC_NOT_FOUND"));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource({
    "550e8400-e29b-41d4-a716-446655440000, 3, 0",
    "tenant-1, 1, 1",
    "Zürich, 5, 2",
  })
  @Tag("I3")
  void predictsPartitionOfTenant(String tenant, int events, int deadLetters) {
    assertPartition("ingestion-events", tenant, events, 6);
    assertPartition("ingestion-events-dlq", tenant, deadLetters, 3);
  }

  private static void assertPartition(String topic, String tenant, int partition, int of) {
    asAdmin()
        .queryParam("tenant_id", tenant)
        .get(TOPICS + "/" + topic + "/partition")
        .then()
        .statusCode(200)
        .body("topic", equalTo(topic))
        .body("tenant_id", equalTo(tenant))
        .body("partition", equalTo(partition))
        .body("partition_count", equalTo(of));
  }

  @Test
  @Tag("I3")
  void requiresTenantForPrediction() {
    asAdmin()
        .get(TOPICS + "/ingestion-events/partition")
        .then()
        .statusCode(422)
        .body("errors.field", contains("tenant_id"));
  }

  @Test
  @Tag("I1")
  void keepsExistingTopicUnchanged() throws ExecutionException, InterruptedException {
    TopicSpec spec = new TopicSpec("existing", 2, Map.of("retention.ms", "1000"));
    try (Broker broker = new Broker(stack)) {
      Topics topics = new Topics(broker.admin(), (short) 1);
      assertThat(topics.ensure(List.of(spec))).containsExactly("existing");

      TopicSpec changed = new TopicSpec("existing", 4, Map.of("retention.ms", "2000"));
      TopicSpec another = new TopicSpec("another", 1, Map.of());
      assertThat(topics.ensure(List.of(changed, another))).containsExactly("another");

      assertThat(broker.description("existing").partitions()).hasSize(2);
      assertThat(broker.ownSettings("existing")).containsEntry("retention.ms", "1000");
    }
  }

  @Test
  @Tag("I1")
  void answers503WithoutKafka() {
    stack.kafka().stop();
    try {
      asAdmin()
          .get(TOPICS)
          .then()
          .statusCode(503)
          .contentType("application/problem+json")
          .header("Retry-After", notNullValue())
          .body("code", equalTo("KAFKA_UNAVAILABLE"))
          .body("retryable", equalTo(true));
    } finally {
      stack.kafka().start();
    }
    Readiness.await("kafka", "UP");
    asAdmin().get(TOPICS).then().statusCode(200);
  }
}
