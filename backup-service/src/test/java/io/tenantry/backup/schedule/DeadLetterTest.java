package io.tenantry.backup.schedule;

import static io.restassured.RestAssured.given;
import static io.tenantry.backup.TenantEvents.PROVISIONED;
import static io.tenantry.backup.TenantEvents.headers;
import static io.tenantry.backup.TenantEvents.provisioned;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.DeadLetters;
import io.tenantry.backup.Registry;
import io.tenantry.backup.TenantEvents;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that can never be handled are dead-lettered, and the consumer continues. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class DeadLetterTest {

  static Stream<Arguments> poison() {
    UUID tenant = UUID.randomUUID();
    String complete = provisioned(tenant, "0 0 2 * * ?", 30);
    Map<String, String> event = headers(UUID.randomUUID(), PROVISIONED);
    return Stream.of(
        Arguments.of("no CloudEvent", Map.of(), complete, "ce_specversion"),
        Arguments.of("no JSON", event, "{\"tenant_id\": \"", "not JSON"),
        Arguments.of("another JSON", event, "[1, 2]", "tenant_id"),
        Arguments.of("no value", event, null, "tenant_id"),
        Arguments.of("null", event, "null", "tenant_id"),
        Arguments.of("no tenant", event, complete.replace("tenant_id", "tenant"), "tenant_id"),
        Arguments.of(
            "no UUID", event, complete.replace(tenant.toString(), "acme"), "field tenant_id"),
        Arguments.of("no policy", event, complete.replace("backup", "back"), "policy"));
  }

  @Tag("P1")
  @ParameterizedTest(name = "{0}")
  @MethodSource("poison")
  void deadLettersInvalidEventAndHandlesNext(
      String what, Map<String, String> headers, String value, String reason) {
    UUID next = Registry.addTenant();
    try (TenantEvents events = new TenantEvents()) {
      RecordMetadata message = events.publish(headers, value);
      events.publishProvisioned(next);

      ConsumerRecord<String, byte[]> letter = DeadLetters.awaitLetter(message);
      assertThat(DeadLetters.header(letter, "dead-letter-reason")).contains(reason);
      assertThat(letter.value())
          .isEqualTo(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
      assertThat(headers)
          .allSatisfy((name, text) -> assertThat(DeadLetters.header(letter, name)).isEqualTo(text));
      Schedules.awaitSchedule(next);
      given().get("/q/health/live").then().statusCode(200);
    }
  }

  @Tag("P1")
  @Test
  void deadLettersEventThatDatabaseCannotStore() {
    UUID next = Registry.addTenant();
    ControlDatabase.execute(
        "ALTER TABLE backup.schedules ADD CONSTRAINT even CHECK (retention_days % 2 = 0) NOT VALID");
    try (TenantEvents events = new TenantEvents()) {
      RecordMetadata message =
          events.publish(
              headers(UUID.randomUUID(), PROVISIONED),
              provisioned(Registry.addTenant(), "0 0 2 * * ?", 31));
      events.publishProvisioned(next);

      assertThat(DeadLetters.header(DeadLetters.awaitLetter(message), "dead-letter-reason"))
          .contains("even");
      Schedules.awaitSchedule(next);
    } finally {
      ControlDatabase.execute("ALTER TABLE backup.schedules DROP CONSTRAINT even");
    }
  }

  @Tag("P1")
  @Test
  void deadLettersLargestMessage() {
    UUID next = Registry.addTenant();
    try (TenantEvents events = new TenantEvents()) {
      // A broker takes 1048588 bytes with headers, key and its own 61 to 70.
      byte[] large = new byte[1_048_400];
      Arrays.fill(large, (byte) 'x');
      RecordMetadata message = events.publish(Map.of(), large);
      events.publishProvisioned(next);

      assertThat(DeadLetters.awaitLetter(message).value()).isEqualTo(large);
      Schedules.awaitSchedule(next);
    }
  }
}
