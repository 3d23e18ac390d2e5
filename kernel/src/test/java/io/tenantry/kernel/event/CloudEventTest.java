package io.tenantry.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a CloudEvent. */
class CloudEventTest {

  private static final Map<String, String> COMPLETE =
      Map.of("ce_specversion", "1.0", "ce_source", "/s", "ce_id", "1", "ce_type", "t");

  @Test
  @Tag("P1")
  void readsBinaryMode() {
    assertThat(CloudEvent.of(message(COMPLETE, "{\"ä\":1}".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(new CloudEvent("/s", "1", "t", "{\"ä\":1}"));
  }

  @Test
  @Tag("P1")
  void readsMessageWithoutValueAsEmpty() {
    assertThat(CloudEvent.of(message(COMPLETE, null)).data()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_specversion", "ce_source", "ce_id", "ce_type"})
  @Tag("P1")
  void refusesEventWithoutRequiredAttribute(String attribute) {
    ConsumerRecord<String, byte[]> message = message(COMPLETE, new byte[0]);
    message.headers().remove(attribute);

    assertThatThrownBy(() -> CloudEvent.of(message))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining(attribute);

    message.headers().add(attribute, new byte[0]);
    assertThatThrownBy(() -> CloudEvent.of(message))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining(attribute);
  }

  @Test
  @Tag("P1")
  void refusesOtherVersion() {
    ConsumerRecord<String, byte[]> message = message(COMPLETE, new byte[0]);
    message.headers().remove("ce_specversion").add("ce_specversion", new byte[] {'0', '.', '3'});

    assertThatThrownBy(() -> CloudEvent.of(message))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("ce_specversion");
  }

  @Test
  @Tag("P1")
  void refusesInvalidText() {
    assertThatThrownBy(() -> CloudEvent.of(message(COMPLETE, new byte[] {(byte) 0xff})))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> CloudEvent.of(message(COMPLETE, new byte[] {'{', 0, '}'})))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("NUL");
  }

  private static ConsumerRecord<String, byte[]> message(Map<String, String> headers, byte[] value) {
    ConsumerRecord<String, byte[]> message = new ConsumerRecord<>("topic", 0, 0, "key", value);
    headers.forEach(
        (name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return message;
  }
}
