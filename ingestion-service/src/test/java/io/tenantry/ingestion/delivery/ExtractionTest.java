package io.tenantry.ingestion.delivery;

import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static io.tenantry.ingestion.TopicReader.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.EventSender;
import io.tenantry.ingestion.Readiness;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events are delivered from the topic into the tenants' own databases. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ExtractionTest {

  private static final String DEAD_LETTERS = "ingestion-events-dlq";

  LocalStack stack;
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

  private static void capture(TestTenant tenant, List<String> ids) {
    asTenant(tenant)
        .contentType("application/json")
        .body(
            ids.stream()
                .map(
                    id ->
                        "{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{\"id\":\"%1$s\"}}"
                            .formatted(id))
                .collect(Collectors.joining(",", "[", "]")))
        .post(EVENTS)
        .then()
        .statusCode(202);
  }

  private static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private void assertArrives(TestTenant tenant, List<String> ids) {
    await().untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).isEqualTo(ids));
  }

  private ConsumerRecord<byte[], byte[]> deadLetter() {
    return await()
        .until(
            () -> TopicReader.read(stack, DEAD_LETTERS, tenant.id()), letters -> !letters.isEmpty())
        .getFirst();
  }

  @Test
  @Tag("smoke")
  @Tag("I11")
  void deliversEventsIntoDatabaseOfTheirTenantInOrder() {
    List<TestTenant> all = TestTenant.withInboxes(3);
    for (int round = 0; round < 3; round++) {
      for (TestTenant each : all) {
        capture(each, ids(each.id() + "-" + round + "-", 100));
      }
    }

    for (TestTenant each : all) {
      assertArrives(
          each,
          IntStream.range(0, 3)
              .boxed()
              .flatMap(round -> ids(each.id() + "-" + round + "-", 100).stream())
              .toList());
    }
  }

  @Test
  @Tag("I11")
  void storesAttributesAndData() {
    asTenant(tenant)
        .contentType("application/cloudevents+json; charset=utf-8")
        .body(
            """
            {"specversion":"1.0","id":"c-1","source":"/crm","type":"lead.created","subject":"7",
             "time":"2026-11-21T04:44:07.465Z","traceparent":"00-ab","data":{"a":[1,"é"]}}
            """)
        .post(EVENTS)
        .then()
        .statusCode(202);
    asTenant(tenant)
        .contentType("application/cloudevents+json; charset=utf-8")
        .body(
            """
            {"specversion":"1.0","id":"c-2","source":"/crm","type":"scan","data_base64":"AAEC"}
            """)
        .post(EVENTS)
        .then()
        .statusCode(202);

    assertArrives(tenant, List.of("c-1", "c-2"));
    assertThat(
            TenantDatabase.column(
                tenant,
                """
                SELECT concat_ws(' ', source, event_id, type, subject, occurred_at AT TIME ZONE 'UTC',
                  attributes, content_type, data, encode(raw_data, 'hex'))
                FROM inbox_events
                WHERE received_at BETWEEN now() - interval '1 minute' AND now()
                  AND delivered_at >= received_at - interval '1 second'
                ORDER BY position
                """))
        .containsExactly(
            "/crm c-1 lead.created 7 2026-11-21 04:44:07.465 {\"traceparent\": \"00-ab\"}"
                + " application/json {\"a\": [1, \"é\"]}",
            "/crm c-2 scan {} application/octet-stream 000102");
  }

  @Test
  @Tag("I11")
  void storesRepeatedEventOnce() {
    sender.sendEvent(tenant, "twice", "{\"n\":1}");
    sender.sendEvent(tenant, "twice", "{\"n\":2}");
    sender.sendEvent(tenant, "end", "{}");

    assertArrives(tenant, List.of("twice", "end"));
    assertThat(TenantDatabase.column(tenant, "SELECT data FROM inbox_events ORDER BY position"))
        .containsExactly("{\"n\": 1}", "{}");
  }

  @Test
  @Tag("I11")
  void delaysNoOtherTenantDuringOutageOfOneDatabase() {
    TestTenant other = TestTenant.withInbox();
    capture(tenant, ids("a", 10));
    assertArrives(tenant, ids("a", 10));
    TenantDatabase.stop(tenant);
    capture(tenant, ids("b", 50));
    capture(other, ids("o", 50));
    capture(tenant, ids("c", 50));

    assertArrives(other, ids("o", 50));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            "SELECT tenant_id FROM ingestion.topic_backlogs WHERE tenant_id = ?",
                            tenant.id()))
                    .hasSize(1));
    TenantDatabase.start(tenant);

    List<String> expected =
        List.of(ids("a", 10), ids("b", 50), ids("c", 50)).stream().flatMap(List::stream).toList();
    assertArrives(tenant, expected);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            "SELECT tenant_id FROM ingestion.topic_backlogs WHERE lost_at IS NULL"))
                    .isEmpty());
    capture(tenant, ids("d", 5));
    await()
        .untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).hasSize(115).endsWith("d4"));
  }

  @Test
  @Tag("I11")
  void deadLettersPoisonousEventOnly() {
    sender.sendEvent(tenant, "1", "1");
    // Over HTTP such a number is refused.
    sender.sendEvent(tenant, "2", "{\"number\":1e999999}");
    sender.sendEvent(tenant, "3", "3");

    assertArrives(tenant, List.of("1", "3"));
    ConsumerRecord<byte[], byte[]> letter = deadLetter();
    assertThat(header(letter, "ce_id")).isEqualTo("2");
    assertThat(TopicReader.value(letter)).isEqualTo("{\"number\":1e999999}");
    assertThat(header(letter, "dead-letter-reason")).isEqualTo("refused_by_database");
    assertThat(header(letter, "dead-letter-cause"))
        .isEqualTo("PostgreSQL refused the event 3 times, SQLSTATE 22003");
    ConsumerRecord<byte[], byte[]> original =
        TopicReader.read(stack, "ingestion-events", tenant.id()).get(1);
    assertThat(header(letter, "dead-letter-topic")).isEqualTo("ingestion-events");
    assertThat(header(letter, "dead-letter-partition")).isEqualTo("" + original.partition());
    assertThat(header(letter, "dead-letter-offset")).isEqualTo("" + original.offset());
    assertThat(header(letter, "dead-letter-timestamp")).isEqualTo("" + original.timestamp());
  }

  @Test
  @Tag("I11")
  void deadLettersMalformedMessage() {
    RecordMetadata sent =
        sender.send("ingestion-events", tenant.id().toString(), "x", Map.of("a", "b"));
    sender.sendEvent(tenant, "good", "{}");

    assertArrives(tenant, List.of("good"));
    assertThat(header(deadLetter(), "dead-letter-reason")).isEqualTo("malformed");
    assertThat(header(deadLetter(), "dead-letter-offset")).isEqualTo("" + sent.offset());
    assertThat(header(deadLetter(), "a")).isEqualTo("b");
  }

  @Test
  @Tag("I11")
  void deadLettersEventsOfSuspendedOrDeletedTenant() {
    for (String status : List.of("suspended", "deleting", "deleted")) {
      tenant = TestTenant.withInbox();
      tenant.setStatus(status);
      sender.sendEvent(tenant, status, "{}");

      assertThat(header(deadLetter(), "ce_id")).isEqualTo(status);
      assertThat(header(deadLetter(), "dead-letter-reason"))
          .isEqualTo(status.equals("suspended") ? "tenant_suspended" : "tenant_deleted");
      assertThat(TenantDatabase.inbox(tenant)).isEmpty();
    }
  }

  @Test
  @Tag("I11")
  void deadLettersBacklogOfTenantSuspendedDuringOutage() {
    TenantDatabase.stop(tenant);
    capture(tenant, ids("e", 5));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            "SELECT tenant_id FROM ingestion.topic_backlogs WHERE tenant_id = ?",
                            tenant.id()))
                    .hasSize(1));
    tenant.setStatus("suspended");

    await()
        .untilAsserted(
            () ->
                assertThat(TopicReader.read(stack, DEAD_LETTERS, tenant.id()))
                    .extracting(letter -> header(letter, "dead-letter-reason"))
                    .containsExactly(
                        Collections.nCopies(5, "tenant_suspended").toArray(String[]::new)));
    TenantDatabase.start(tenant);
    assertThat(TenantDatabase.inbox(tenant)).isEmpty();
  }
}
