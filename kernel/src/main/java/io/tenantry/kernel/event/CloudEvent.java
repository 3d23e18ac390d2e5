package io.tenantry.kernel.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * An event as CloudEvents 1.0 puts it on Kafka in binary mode: attributes in headers, data in the
 * value.
 *
 * @param source who sent it; together with {@code id} it names the event for good
 * @param id the same in every delivery of the event
 * @param type what happened, see {@link EventType}
 * @param data JSON; empty if the message has no value
 */
public record CloudEvent(String source, String id, String type, String data) {

  private static final String SPEC_VERSION = "1.0";

  /**
   * Reads a message's attributes.
   *
   * @throws InvalidEvent if it is no CloudEvent of version 1.0 in binary mode
   */
  public static CloudEvent of(ConsumerRecord<?, byte[]> message) {
    Headers headers = message.headers();
    String version = attribute(headers, "specversion");
    if (!version.equals(SPEC_VERSION)) {
      throw new InvalidEvent("the header ce_specversion is not " + SPEC_VERSION);
    }
    return new CloudEvent(
        attribute(headers, "source"),
        attribute(headers, "id"),
        attribute(headers, "type"),
        Optional.ofNullable(message.value()).map(v -> utf8(v, "the value")).orElse(""));
  }

  private static String attribute(Headers headers, String name) {
    String key = "ce_" + name;
    Header header = headers.lastHeader(key);
    if (header == null || header.value() == null || header.value().length == 0) {
      throw new InvalidEvent("there is no header " + key + ": no CloudEvent in binary mode");
    }
    return utf8(header.value(), "the header " + key);
  }

  private static String utf8(byte[] bytes, String what) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') >= 0) {
        // PostgreSQL can store no such text.
        throw new InvalidEvent(what + " holds the character NUL");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new InvalidEvent(what + " is not UTF-8");
    }
  }
}
