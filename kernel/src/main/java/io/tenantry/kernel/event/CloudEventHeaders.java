package io.tenantry.kernel.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The attributes of a CloudEvent 1.0 in binary mode (CloudEvents' Kafka binding, section 3.2). */
public final class CloudEventHeaders {

  /** The prefix of every attribute's header. */
  public static final String PREFIX = "ce_";

  /** Marks a message as a CloudEvent 1.0. */
  public static final Header VERSION = header(PREFIX + "specversion", "1.0");

  private CloudEventHeaders() {}

  public static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The attributes of an event to be published.
   *
   * @param id the same in every delivery
   * @param source its sender
   */
  public record Attributes(UUID id, String source, String type, String subject, Instant time) {}

  /** A message with JSON, which may be sent. */
  public static ProducerRecord<String, byte[]> message(
      String topic, String key, Attributes attributes, String json) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(topic, key, json.getBytes(StandardCharsets.UTF_8));
    message
        .headers()
        .add(VERSION)
        .add(header(PREFIX + "id", attributes.id().toString()))
        .add(header(PREFIX + "source", attributes.source()))
        .add(header(PREFIX + "type", attributes.type()))
        .add(header(PREFIX + "subject", attributes.subject()))
        .add(header(PREFIX + "time", DateTimeFormatter.ISO_INSTANT.format(attributes.time())))
        .add(header("content-type", "application/json"));
    return message;
  }

  /**
   * Refuses messages that are not CloudEvents 1.0.
   *
   * @throws InvalidEvent if it is not a CloudEvent 1.0 in binary mode
   */
  static void requireVersion(Headers headers) {
    if (!required(headers, "specversion").equals("1.0")) {
      throw new InvalidEvent("the header ce_specversion is not 1.0");
    }
  }

  /**
   * The attribute of this name.
   *
   * @throws InvalidEvent if it is missing or empty
   */
  static String required(Headers headers, String name) {
    Header header = headers.lastHeader(PREFIX + name);
    if (header == null || header.value() == null || header.value().length == 0) {
      throw new InvalidEvent(
          "there is no header " + PREFIX + name + ": not a CloudEvent in binary mode");
    }
    return text(header.value(), "the header " + header.key());
  }

  /**
   * The text of a header; empty if it has no value. Errors do not include its name, which senders
   * choose.
   *
   * @throws InvalidEvent if it is not UTF-8, or PostgreSQL cannot store it
   */
  public static String text(Header header) {
    return header.value() == null ? "" : text(header.value(), "a header");
  }

  static String text(byte[] bytes, String what) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') >= 0) {
        throw new InvalidEvent(what + " holds the character NUL");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new InvalidEvent(what + " is not UTF-8");
    }
  }
}
