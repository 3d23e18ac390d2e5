package io.tenantry.ingestion.topic;

import static io.tenantry.ingestion.IngestionApi.TOPICS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.Readiness;
import io.tenantry.kernel.event.TopicSpec;
import io.tenantry.kernel.event.Topics;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackResource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The topics the service makes at its start, on a real broker. */
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
  void i1MakesBothTopics(String name, int partitions, String retention) throws Exception {
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
                  "cleanup.policy", "delete",
                  "min.insync.replicas", "1"));
    }
  }

  @Test
  void i1ListsThemAsTheBrokerHasThem() throws ExecutionException, InterruptedException {
    asAdmin()
        .get(TOPICS)
        .then()
        .statusCode(200)
        .body("items.name", contains("ingestion-events", "ingestion-events-dlq"))
        .body("items.partitions", contains(6, 3))
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
  void i1ATopicThatExistsIsLeftAsItIs() throws ExecutionException, InterruptedException {
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
  void i1SaysSoWhenKafkaIsAway() {
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
