package io.tenantry.ingestion.group;

import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.ingestion.EventSender;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.delivery.ExtractionWorker;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Consumer groups as the broker reports them. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class GroupsTest {

  private static final String GROUPS = "/api/v1/groups";
  private static final String WORKERS = "ingestion-events-extraction-workers";

  @Inject ExtractionWorker worker;
  LocalStack stack;

  @BeforeEach
  void awaitWorker() {
    Readiness.await("topics", "UP");
    awaitMembers(1);
  }

  private static void awaitMembers(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> group().body("exists", equalTo(true)).body("members", hasSize(count)));
  }

  private static ValidatableResponse group() {
    return asAdmin().get(GROUPS + "/" + WORKERS).then().statusCode(200);
  }

  private static ValidatableResponse reset(String json) {
    return asAdmin()
        .contentType("application/json")
        .body(json)
        .post(GROUPS + "/" + WORKERS + "/offsets/reset")
        .then();
  }

  @Test
  @Tag("I4")
  void reportsMembersOffsetsAndLag() throws InterruptedException {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                group()
                    .body("topic", equalTo("ingestion-events"))
                    .body("state", equalTo("stable"))
                    .body("members[0].partitions", contains(0, 1, 2, 3, 4, 5))
                    .body("offsets.partition", contains(0, 1, 2, 3, 4, 5))
                    .body("offsets.lag", everyItem(equalTo(0)))
                    .body("lag", equalTo(0)));
    asAdmin()
        .get(GROUPS)
        .then()
        .statusCode(200)
        .body("items.group", contains(WORKERS, "ingestion-events-dlq-processor"));

    TestTenant tenant = TestTenant.withInbox();
    worker.stop();
    try (EventSender sender = new EventSender(stack)) {
      RecordMetadata first = sender.sendEvent(tenant, "1", "{}");
      sender.sendEvent(tenant, "2", "{}");
      String partition = "offsets[%d]".formatted(first.partition());

      group()
          .body("state", equalTo("empty"))
          .body(partition + ".committed", equalTo((int) first.offset()))
          .body(partition + ".latest", equalTo((int) first.offset() + 2))
          .body(partition + ".lag", equalTo(2))
          .body("lag", equalTo(2));
    } finally {
      worker.start();
    }
  }

  @Test
  @Tag("I4")
  void resetsOffsetsOnlyWithoutMembersAndNotInDryRun() throws Exception {
    TestTenant tenant = TestTenant.withInbox();
    try (EventSender sender = new EventSender(stack)) {
      sender.sendEvent(tenant, "1", "{}");
      Instant between = Instant.now().plusMillis(1);
      Awaitility.await().until(() -> Instant.now().isAfter(between));
      RecordMetadata second = sender.sendEvent(tenant, "2", "{}");
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).containsExactly("1", "2"));
      String toTime =
          "{\"to\":\"time\",\"time\":\"%s\",\"partitions\":[%d],\"dry_run\":%s}"
              .formatted(between, second.partition(), "%s");

      reset(toTime.formatted(true))
          .statusCode(200)
          .body("dry_run", equalTo(true))
          .body("partitions[0].from", equalTo((int) second.offset() + 1))
          .body("partitions[0].to", equalTo((int) second.offset()));
      reset(toTime.formatted(false)).statusCode(409).body("code", equalTo("GROUP_ACTIVE"));

      worker.stop();
      try {
        String committed = "offsets[%d].committed".formatted(second.partition());
        group().body(committed, equalTo((int) second.offset() + 1));
        // The inbox was emptied by mistake, and is filled again from the topic.
        TenantDatabase.execute(tenant, "DELETE FROM inbox_events");
        reset(toTime.formatted(false)).statusCode(200).body("dry_run", equalTo(false));
        group().body(committed, equalTo((int) second.offset()));
      } finally {
        worker.start();
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).containsExactly("2"));
    }
  }

  @Test
  @Tag("I4")
  void resetsToEarliestLatestAndRetainedOffset() {
    reset("{\"to\":\"earliest\",\"dry_run\":true}")
        .statusCode(200)
        .body("partitions.partition", contains(0, 1, 2, 3, 4, 5))
        .body("partitions.to", everyItem(equalTo(0)));
    List<Integer> latest =
        asAdmin()
            .get("/api/v1/topics/ingestion-events")
            .then()
            .extract()
            .jsonPath()
            .getList("partitions.latest_offset");
    reset("{\"to\":\"latest\",\"dry_run\":true}").body("partitions.to", equalTo(latest));
    reset("{\"to\":\"offset\",\"offset\":999999999,\"dry_run\":true}")
        .body("partitions.to", equalTo(latest));
  }

  /** What else a reset needs, {@link ResetOffsetsTest} says. */
  @Test
  @Tag("I4")
  void refusesInvalidReset() {
    for (String body :
        List.of("{}", "{\"to\":\"yesterday\"}", "{\"to\":\"latest\",\"partitions\":[99]}")) {
      reset(body)
          .statusCode(422)
          .body("errors.field", contains(body.contains("partitions") ? "partitions" : "to"));
    }
    reset("{\"to\":\"time\"}").statusCode(422).body("errors.field", contains("time"));
  }

  @Test
  @Tag("I4")
  void hidesGroupsOfOthers() {
    asAdmin()
        .get(GROUPS + "/backup-service")
        .then()
        .statusCode(404)
        .body("code", equalTo("GROUP_NOT_FOUND"));
  }
}
