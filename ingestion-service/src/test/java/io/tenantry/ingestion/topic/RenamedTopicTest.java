package io.tenantry.ingestion.topic;

import static io.tenantry.ingestion.IngestionApi.TOPICS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.ingestion.Readiness;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A topic under another name. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(RenamedTopicTest.Renamed.class)
class RenamedTopicTest {

  LocalStack stack;

  @Test
  void i1TheNameIsConfigurable() throws ExecutionException, InterruptedException {
    Readiness.await("topics", "UP");

    try (Broker broker = new Broker(stack)) {
      assertThat(broker.names()).contains("acme.events", "acme.events-dlq");
    }
    asAdmin()
        .get(TOPICS)
        .then()
        .statusCode(200)
        .body("items.name", contains("acme.events", "acme.events-dlq"));
  }

  /** Sets the name. */
  public static final class Renamed implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("INGESTION_TOPIC", "acme.events");
    }
  }
}
