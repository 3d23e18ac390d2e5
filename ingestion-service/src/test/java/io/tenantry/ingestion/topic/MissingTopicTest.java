package io.tenantry.ingestion.topic;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.TOPICS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.hamcrest.Matchers.empty;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.ingestion.Readiness;
import io.tenantry.kernel.kafka.TopicSpec;
import io.tenantry.kernel.kafka.Topics;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Topics that the broker refuses to make: more replicas are asked for than there are brokers. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(MissingTopicTest.TooManyReplicas.class)
class MissingTopicTest {

  @Inject ManagedTopics managed;
  LocalStack stack;

  @Test
  void i1IsReadyOnlyWhenTheTopicsAreThere() {
    Readiness.await("kafka", "UP");
    Readiness.await("control-database", "UP");
    Readiness.await("topics", "DOWN");
    given().get("/q/health/ready").then().statusCode(503);
    given().get("/q/health/live").then().statusCode(200);
    asAdmin().get(TOPICS).then().statusCode(200).body("items", empty());

    // An operator makes them.
    try (Broker broker = new Broker(stack)) {
      List<TopicSpec> topics = List.of(managed.events(), managed.deadLetters());
      new Topics(broker.admin(), (short) 1).ensure(topics);
    }

    Readiness.await("topics", "UP");
    given().get("/q/health/ready").then().statusCode(200);
  }

  /** Asks one broker for three replicas. */
  public static final class TooManyReplicas implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("INGESTION_TOPIC", "too-many-replicas", "KAFKA_REPLICATION_FACTOR", "3");
    }
  }
}
