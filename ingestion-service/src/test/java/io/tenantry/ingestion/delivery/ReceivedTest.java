package io.tenantry.ingestion.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.kernel.event.InvalidEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message as a row of a tenant's inbox. */
@Tag("I11")
class ReceivedTest {

  private static InboxStore.Received received(
      Map<String, String> more, long timestamp, byte[] value) {
    Headers headers = new RecordHeaders();
    Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_source", "s", "ce_type", "t")
        .forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    more.forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return InboxStore.Received.of(
        new ConsumerRecord<>(
            "events",
            0,
            0,
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            EventMessage.key(UUID.randomUUID()),
            value,
            headers,
            Optional.empty()));
  }

  private static InboxStore.Received json(String contentType, byte[] data) {
    return received(Map.of("content-type", contentType), 0, data);
  }

  @ParameterizedTest
  @CsvSource({
    "1763700000000, 2025-11-21T04:40:00Z",
    "-1, 1970-01-01T00:00:00Z",
    "9223372036854775807, 9999-12-31T23:59:59.999Z"
  })
  void limitsTimeOfMessageToWhatPostgresqlStores(long timestamp, Instant expected) {
    assertThat(received(Map.of(), timestamp, null).receivedAt().toInstant()).isEqualTo(expected);
  }

  @Test
  void readsTimeOfEvent() {
    assertThat(received(Map.of("ce_time", "2026-11-21T04:44:07.465+01:00"), 0, null).occurredAt())
        .hasValueSatisfying(
            time -> assertThat(time.toInstant()).isEqualTo("2026-11-21T03:44:07.465Z"));
    assertThat(received(Map.of(), 0, null).occurredAt()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-21",
        "infinity",
        "",
        "+999999999-12-31T23:59:59Z",
        "-999999999-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "-0001-12-31T23:59:59Z"
      })
  void refusesTimeThatPostgresqlCannotStore(String time) {
    assertThatThrownBy(() -> received(Map.of("ce_time", time), 0, null))
        .isInstanceOf(InvalidEvent.class);
  }

  @Test
  void storesJsonAsTextAndOtherDataAsBytes() {
    byte[] data = "{\"é\":1}".getBytes(StandardCharsets.UTF_8);

    assertThat(json("application/json", data).json()).contains("{\"é\":1}");
    assertThat(json("application/octet-stream", data).json()).isEmpty();
    assertThat(json("application/json", new byte[0]).json()).isEmpty();
    assertThat(json("application/json", null).json()).isEmpty();
  }

  @Test
  void refusesJsonThatIsNotUtf8() {
    assertThatThrownBy(() -> json("application/json", new byte[] {'"', (byte) 0xff, '"'}))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("not UTF-8");
  }
}
