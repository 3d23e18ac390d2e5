package io.tenantry.backup.schedule;

import static io.restassured.RestAssured.given;
import static io.tenantry.backup.TenantEvents.PROVISIONED;
import static io.tenantry.backup.TenantEvents.headers;
import static io.tenantry.backup.TenantEvents.provisioned;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.DeadLetters;
import io.tenantry.backup.Registry;
import io.tenantry.backup.TenantEvents;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events wait for an unavailable server; none is dead-lettered. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class OutageTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A consumer's {@code default.api.timeout.ms}, see the kernel's settings. */
  private static final Duration API_TIMEOUT = Duration.ofSeconds(3);

  private static final String GROUP = "backup-service";
  private static final int PARTITIONS_TWICE = 12;
  private static final Pattern POSTPONED =
      Pattern.compile("tenantry_events_total\\{outcome=\"postponed\"[^}]*} (\\S+)");

  LocalStack stack;

  @Tag("P1")
  @Test
  void waitsForControlDatabaseAndKeepsOrder() {
    UUID before = Registry.addTenant();
    UUID kept = Registry.addTenant();
    UUID deleted = Registry.addTenant();
    UUID last = Registry.addTenant();
    try (TenantEvents events = new TenantEvents()) {
      events.publishProvisioned(deleted);
      events.publishProvisioned(before);
      Schedules.awaitSchedule(before);
      ControlPlane.setStatus(deleted, "deleted");
      int deadLetters = DeadLetters.all().size();
      double postponed = postponed();

      stack.postgres().stop();
      try {
        events.publishProvisioned(kept);
        events.publishDeleted(deleted);
        events.publishProvisioned(last);
        // It was retried without success.
        await().atMost(LIMIT).until(() -> postponed() >= postponed + 2);
      } finally {
        stack.postgres().start();
      }

      Schedules.awaitSchedule(last);
      Schedules.of(kept).statusCode(200);
      Schedules.of(deleted).statusCode(404);
      assertThat(DeadLetters.all()).hasSize(deadLetters);
    }
  }

  @Tag("P1")
  @Test
  void waitsForDatabaseThatRefusesValidEvent() {
    UUID tenant = Registry.addTenant();
    try (TenantEvents events = new TenantEvents()) {
      double postponed = postponed();
      ControlDatabase.execute("REVOKE INSERT ON backup.schedules FROM backup_service");
      RecordMetadata message;
      try {
        message =
            events.publish(
                headers(UUID.randomUUID(), PROVISIONED), provisioned(tenant, "0 0 2 * * ?", 30));
        await().atMost(LIMIT).until(() -> postponed() > postponed);
      } finally {
        ControlDatabase.execute("GRANT INSERT ON backup.schedules TO backup_service");
      }

      Schedules.awaitSchedule(tenant);
      assertThat(DeadLetters.find(message)).isEmpty();
    }
  }

  @Tag("P1")
  @Test
  void continuesOnceBrokerIsBack() {
    UUID before = Registry.addTenant();
    UUID after = Registry.addTenant();
    try (TenantEvents events = new TenantEvents()) {
      events.publishProvisioned(before);
      Schedules.awaitSchedule(before);
    }

    stack.kafka().stop();
    try {
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(503));
    } finally {
      stack.kafka().start();
    }

    try (TenantEvents events = new TenantEvents()) {
      events.publishProvisioned(after);
      Schedules.awaitSchedule(after);
    }
    given().get("/q/health/live").then().statusCode(200);
  }

  @Tag("P1")
  @Test
  void waitsForBrokerThatStopsBetweenPartitions() throws Exception {
    List<UUID> tenants = Stream.generate(Registry::addTenant).limit(PARTITIONS_TWICE).toList();
    takePartitionsAway();
    try (Connection blocker = stack.postgres().connect(ControlDatabase.NAME)) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("LOCK TABLE backup.schedules IN SHARE MODE");
      for (UUID tenant : tenants) {
        // Each with a key of its own, and so in one partition or another.
        try (TenantEvents events = new TenantEvents()) {
          events.publishProvisioned(tenant);
        }
      }
      // One is in progress, the others wait for it.
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  ControlDatabase.column("SELECT pid FROM pg_locks WHERE NOT granted").size() > 0);
      stack.kafka().stop();
    }

    try {
      // The consumer asks for the offset of each partition, without an answer.
      await()
          .during(API_TIMEOUT.plusMillis(500))
          .atMost(LIMIT)
          .untilAsserted(() -> given().get("/q/health/live").then().statusCode(200));
    } finally {
      stack.kafka().start();
    }

    tenants.forEach(Schedules::awaitSchedule);
    given().get("/q/health/live").then().statusCode(200);
  }

  /** Another member of the group comes and goes: a consumer forgets partitions that it loses. */
  private void takePartitionsAway() {
    try (KafkaConsumer<byte[], byte[]> other =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.kafka().bootstrapServers(), "group.id", GROUP),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      other.subscribe(List.of(TenantEvents.TOPIC));
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                other.poll(Duration.ofMillis(100));
                return !other.assignment().isEmpty();
              });
    }
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  admin
                          .describeConsumerGroups(List.of(GROUP))
                          .describedGroups()
                          .get(GROUP)
                          .get()
                          .groupState()
                      == GroupState.STABLE);
    }
  }

  private static double postponed() {
    Matcher metric = POSTPONED.matcher(given().get("/q/metrics").asString());
    return metric.find() ? Double.parseDouble(metric.group(1)) : 0;
  }
}
