package io.tenantry.ingestion.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.event.InvalidEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("I5")
@Tag("I11")
class EventMessageTest {

  private static final UUID TENANT = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

  private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        "events", 0, 0, 0, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
  }

  private static Headers valid() {
    return headers(Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_source", "s", "ce_type", "t"));
  }

  private static Headers headers(Map<String, String> values) {
    Headers headers = new RecordHeaders();
    values.forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    return headers;
  }

  private static Event read(Headers headers) {
    return EventMessage.read(record(EventMessage.key(TENANT), null, headers));
  }

  @Test
  void readsWhatItHasWritten() {
    Event event =
        new Event(
            TENANT,
            "/shop",
            "o-1",
            "order.placed",
            Optional.of("order 7"),
            Optional.of("2026-11-21T04:44:07.465+01:00"),
            "application/json",
            Map.of("traceparent", "00-ab", "level", "3"),
            "{\"é\":1}".getBytes(StandardCharsets.UTF_8));

    ProducerRecord<byte[], byte[]> sent = EventMessage.of("events", event);
    Event read = EventMessage.read(record(sent.key(), sent.value(), sent.headers()));

    assertThat(read).usingRecursiveComparison().isEqualTo(event);
    assertThat(sent.key()).asString().isEqualTo(TENANT.toString());
  }

  @Test
  void fillsInWhatMayBeMissing() {
    Event event = read(valid());

    assertThat(event.contentType()).isEqualTo("application/octet-stream");
    assertThat(event.data()).isEmpty();
    assertThat(event.subject()).isEmpty();
    assertThat(event.time()).isEmpty();
    assertThat(event.extensions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "550E8400-E29B-41D4-A716-446655440000",
        "550e8400-e29b-41d4-a716-44665544000",
        "550e8400-e29b-41d4-a716-446655440000 ",
        "550e8400e29b41d4a716446655440000",
        "0550e840-e29b-41d4-a716-44665544000x",
        "not-a-tenant-id-of-thirty-six-chars!"
      })
  void acceptsOneSpellingOfTenantId(String key) {
    assertThat(EventMessage.tenantOf(key.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void readsTenantFromKey() {
    assertThat(EventMessage.tenantOf(EventMessage.key(TENANT))).contains(TENANT);
    assertThat(EventMessage.tenantOf(null)).isEmpty();
    assertThat(EventMessage.tenantOf(new byte[36])).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ce_specversion, 0.3",
    "ce_specversion,",
    "ce_id, ''",
    "ce_id,",
    "ce_source,",
    "ce_type,",
  })
  void refusesIncompleteEvents(String name, String value) {
    Headers headers = valid().remove(name);
    if (value != null) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    assertThatThrownBy(() -> read(headers)).isInstanceOf(InvalidEvent.class);
  }

  @Test
  void refusesAttributesThatCannotBeStored() {
    assertThatThrownBy(
            () ->
                read(
                    valid()
                        .remove("ce_id")
                        .add("ce_id", "x".repeat(201).getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(InvalidEvent.class)
        .hasMessage("the header ce_id is too long");
    assertThatThrownBy(() -> read(valid().add("ce_x", new byte[] {(byte) 0xff})))
        .isInstanceOf(InvalidEvent.class);
    assertThatThrownBy(() -> read(valid().add("ce_x", new byte[] {'a', 0})))
        .isInstanceOf(InvalidEvent.class);
  }

  @Test
  void refusesMessageOfNoTenant() {
    assertThatThrownBy(() -> EventMessage.read(record(null, null, valid())))
        .isInstanceOf(InvalidEvent.class)
        .hasMessage("the key is not a tenant id");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T04:44:07Z, true",
    "2026-11-21t04:44:07.123456789z, true",
    "2026-11-21T04:44:07+18:00, true",
    "0001-01-01T00:00:00Z, true",
    "0000-01-01T00:00:00Z, false",
    "2026-11-21T04:44Z, false",
    "2026-11-21T04:44:07, false",
    "2026-11-21T04:44:07.1234567890Z, false",
    "2026-13-21T04:44:07Z, false",
    "2026-02-30T04:44:07Z, false",
    "2026-11-21T04:44:07+19:00, false",
    "+12026-11-21T04:44:07Z, false",
    "'', false"
  })
  void recognisesTimesOfRfc3339(String text, boolean valid) {
    assertThat(Event.isTime(text)).isEqualTo(valid);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "APPLICATION/JSON ; charset=utf-8, true",
    "application/cloudevents+json, true",
    "image/svg+xml, false",
    "application/jsonx, false",
    "json, false",
    "'', false",
    "+json, true"
  })
  void recognisesJsonMediaTypes(String contentType, boolean json) {
    assertThat(Event.isJson(contentType)).isEqualTo(json);
  }
}
