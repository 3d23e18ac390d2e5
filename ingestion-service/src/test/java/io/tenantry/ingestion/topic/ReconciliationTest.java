package io.tenantry.ingestion.topic;

import static io.tenantry.ingestion.IngestionApi.TOPICS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.tenantry.ingestion.IngestionApi;
import io.tenantry.ingestion.OtherTopic;
import io.tenantry.ingestion.Readiness;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Topics that were changed by hand. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(OtherTopic.class)
class ReconciliationTest {

  private static final String EVENTS = OtherTopic.EVENTS;
  private static final String DEAD_LETTERS = OtherTopic.DEAD_LETTERS;

  @Inject MessageSizeUpgrade sizes;
  LocalStack stack;
  private Broker broker;

  @BeforeEach
  void connect() {
    Readiness.await("topics", "UP");
    broker = new Broker(stack);
    // Other tests of this profile replace these topics.
    restoreTopics();
  }

  private void restoreTopics() {
    restore(EVENTS, 6, "604800000");
    restore(DEAD_LETTERS, 3, "2592000000");
  }

  @AfterEach
  void disconnect() {
    restoreTopics();
    broker.close();
  }

  private void restore(String topic, int partitions, String retention) {
    broker.restore(
        topic,
        partitions,
        Map.of(
            "retention.ms", retention,
            "retention.bytes", "-1",
            "compression.type", "snappy",
            "max.message.bytes", "4194304",
            "cleanup.policy", "delete",
            "min.insync.replicas", "1"));
  }

  private static ValidatableResponse verify(String topic) {
    return asAdmin().get(TOPICS + "/" + topic + "/verification").then().statusCode(200);
  }

  private static ValidatableResponse reconcile(String topic, boolean dryRun) {
    return asAdmin()
        .queryParam("dry_run", dryRun)
        .post(TOPICS + "/" + topic + "/reconcile")
        .then()
        .statusCode(200)
        .body("dry_run", equalTo(dryRun));
  }

  @Test
  @Tag("I2")
  void reportsDesiredAndActualSettings() {
    verify(EVENTS)
        .body("exists", equalTo(true))
        .body("matches", equalTo(true))
        .body(
            "settings.setting",
            contains(
                "partitions",
                "replication.factor",
                "cleanup.policy",
                "compression.type",
                "max.message.bytes",
                "min.insync.replicas",
                "retention.bytes",
                "retention.ms"))
        .body(
            "settings.desired",
            contains("6", "1", "delete", "snappy", "4194304", "1", "-1", "604800000"))
        .body(
            "settings.actual",
            contains("6", "1", "delete", "snappy", "4194304", "1", "-1", "604800000"))
        .body("settings.matches", everyItem(equalTo(true)));
  }

  @Test
  @Tag("I2")
  void namesEveryDifferingSettingOfEveryTopic() throws Exception {
    broker.set(EVENTS, "retention.ms", "1000");
    broker.set(DEAD_LETTERS, "cleanup.policy", "compact");
    broker.set(DEAD_LETTERS, "compression.type", "gzip");

    asAdmin()
        .get(TOPICS + "/verification")
        .then()
        .statusCode(200)
        .body("items.topic", contains(EVENTS, DEAD_LETTERS))
        .body("items[0].settings.findAll { !it.matches }.setting", contains("retention.ms"))
        .body("items[0].settings.findAll { !it.matches }.actual", contains("1000"))
        .body(
            "items[1].settings.findAll { !it.matches }.setting",
            contains("cleanup.policy", "compression.type"))
        .body("items[1].settings.findAll { !it.matches }.actual", contains("compact", "gzip"));
  }

  @Test
  @Tag("I1")
  void usesConfiguredName() throws Exception {
    assertThat(broker.names()).contains(EVENTS, DEAD_LETTERS);
    asAdmin().get(TOPICS).then().statusCode(200).body("items.name", contains(EVENTS, DEAD_LETTERS));
  }

  @Test
  @Tag("I2")
  void repairsSettingsAndPartitionsButNotInDryRun() throws Exception {
    broker.recreate(
        EVENTS, 2, Map.of("retention.ms", "1000", "cleanup.policy", "compact", "flush.ms", "7"));
    Map<String, String> before = broker.ownSettings(EVENTS);
    String[] drifted = {
      "partitions", "cleanup.policy", "compression.type", "max.message.bytes", "retention.ms"
    };

    reconcile(EVENTS, true)
        .body("created", equalTo(false))
        .body("actions.setting", containsInAnyOrder(drifted))
        .body("actions.outcome", everyItem(equalTo("would_be_repaired")));
    assertThat(broker.ownSettings(EVENTS)).isEqualTo(before);
    assertThat(broker.description(EVENTS).partitions()).hasSize(2);

    reconcile(EVENTS, false)
        .body("actions.setting", containsInAnyOrder(drifted))
        .body("actions.outcome", everyItem(equalTo("repaired")))
        .body("actions.find { it.setting == 'partitions' }.from", equalTo("2"))
        .body("actions.find { it.setting == 'partitions' }.to", equalTo("6"));
    verify(EVENTS).body("matches", equalTo(true));
    assertThat(broker.description(EVENTS).partitions()).hasSize(6);
    // A setting that is not managed stays as an operator has set it.
    assertThat(broker.ownSettings(EVENTS)).containsEntry("flush.ms", "7");
    reconcile(EVENTS, false).body("actions", empty());
  }

  @Tag("E1")
  @Test
  void raisesMaxMessageBytesButNeverLowersIt() throws Exception {
    broker.set(EVENTS, "max.message.bytes", "1048588");
    broker.set(DEAD_LETTERS, "max.message.bytes", "9000000");

    sizes.raise();

    assertThat(broker.ownSettings(EVENTS)).containsEntry("max.message.bytes", "4194304");
    assertThat(broker.ownSettings(DEAD_LETTERS)).containsEntry("max.message.bytes", "9000000");
  }

  @Tag("E1")
  @Test
  void answers413WithoutRetryForEventOverLimitOfBroker() throws Exception {
    TestTenant tenant = TestTenant.withInbox();
    broker.set(EVENTS, "max.message.bytes", "1000");
    byte[] random = new byte[6000];
    new Random(1).nextBytes(random);

    asTenant(tenant)
        .contentType("application/json")
        .body("{\"type\":\"t\",\"data\":\"%s\"}".formatted(HexFormat.of().formatHex(random)))
        .post(IngestionApi.EVENTS)
        .then()
        .statusCode(413)
        .body("code", equalTo("PAYLOAD_TOO_LARGE"))
        .body("retryable", equalTo(false));
  }

  @Test
  @Tag("I2")
  void reportsAndKeepsWhatCannotBeRepaired() throws Exception {
    broker.recreate(DEAD_LETTERS, 5, Map.of("compression.type", "snappy"));

    reconcile(DEAD_LETTERS, false)
        .body("actions.find { it.setting == 'partitions' }.outcome", equalTo("not_repaired"))
        .body(
            "actions.find { it.setting == 'partitions' }.reason",
            equalTo("Kafka cannot reduce the number of partitions"))
        .body("actions.findAll { it.outcome == 'repaired' }.setting", hasItem("retention.ms"));
    assertThat(broker.description(DEAD_LETTERS).partitions()).hasSize(5);
    verify(DEAD_LETTERS)
        .body("matches", equalTo(false))
        .body("settings.findAll { !it.matches }.setting", contains("partitions"));
  }

  @Test
  @Tag("I2")
  void createsMissingTopicWhenReconciling() throws Exception {
    broker.admin().deleteTopics(List.of(DEAD_LETTERS)).all().get();

    verify(DEAD_LETTERS).body("exists", equalTo(false)).body("matches", equalTo(false));
    reconcile(DEAD_LETTERS, true).body("created", equalTo(true));
    assertThat(broker.names()).doesNotContain(DEAD_LETTERS);
    reconcile(DEAD_LETTERS, false).body("created", equalTo(true));
    verify(DEAD_LETTERS).body("matches", equalTo(true));
  }

  @Test
  @Tag("I1")
  void createsTopicByRest() throws Exception {
    broker.admin().deleteTopics(List.of(EVENTS)).all().get();

    asAdmin()
        .post(TOPICS + "/" + EVENTS)
        .then()
        .statusCode(201)
        .body("partition_count", equalTo(6));
    verify(EVENTS).body("matches", equalTo(true));
  }

  @Test
  @Tag("I2")
  void leavesTopicsOfOthersUnchanged() throws Exception {
    broker.recreate("foreign", 2, Map.of("retention.ms", "5000", "cleanup.policy", "compact"));
    Map<String, String> before = broker.ownSettings("foreign");

    reconcile(EVENTS, false);
    reconcile(DEAD_LETTERS, false);
    asAdmin().post(TOPICS + "/foreign/reconcile").then().statusCode(404);
    asAdmin().post(TOPICS + "/foreign").then().statusCode(404);

    assertThat(broker.ownSettings("foreign")).isEqualTo(before);
    assertThat(broker.description("foreign").partitions()).hasSize(2);
  }
}
