package io.tenantry.ingestion.deadletter;

import io.tenantry.ingestion.topic.TopicIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The origin of a dead letter and the reason for it, read from the headers of this service,
 * SmallRye, Kafka Connect ({@code errors.deadletterqueue.context.headers.enable}) or Spring.
 *
 * @param reason one of {@link Reason}, or the class of the exception
 * @param error the exception's message, or details of the reason
 * @param redrives how many times the message was redriven
 */
record Origin(
    String reason,
    Optional<String> error,
    Optional<String> topic,
    Optional<Integer> partition,
    Optional<Long> offset,
    Optional<Instant> timestamp,
    int redrives) {

  private static final String CONNECT = "__connect.errors.";
  private static final String SPRING = "kafka_dlt-";
  private static final String UNKNOWN = "unknown";
  private static final int MAX_ERROR_LENGTH = 500;

  static Origin of(Headers headers) {
    Map<String, byte[]> values = values(headers);
    if (values.containsKey(DeadLetterHeaders.TOPIC_ID)) {
      // Written by this service; the original message may have headers of other tools.
      return ofSmallRye(values);
    }
    if (values.keySet().stream().anyMatch(name -> name.startsWith(CONNECT))) {
      return ofConnect(values);
    }
    if (values.keySet().stream().anyMatch(name -> name.startsWith(SPRING))) {
      return ofSpring(values);
    }
    return ofSmallRye(values);
  }

  private static Map<String, byte[]> values(Headers headers) {
    Map<String, byte[]> values = new HashMap<>();
    for (Header header : headers) {
      if (header.value() != null) {
        values.put(header.key(), header.value());
      }
    }
    return values;
  }

  private static Origin ofSmallRye(Map<String, byte[]> values) {
    Optional<String> reason = text(values, DeadLetterHeaders.REASON);
    boolean own =
        reason
            .filter(
                r -> Arrays.stream(Reason.values()).anyMatch(known -> known.toString().equals(r)))
            .isPresent();
    return new Origin(
        own ? reason.get() : text(values, DeadLetterHeaders.CLASS).orElse(UNKNOWN),
        (own ? text(values, DeadLetterHeaders.CAUSE) : reason).map(Origin::shortened),
        text(values, DeadLetterHeaders.TOPIC),
        number(text(values, DeadLetterHeaders.PARTITION)).map(Long::intValue),
        number(text(values, DeadLetterHeaders.OFFSET)),
        number(text(values, DeadLetterHeaders.TIMESTAMP)).flatMap(Origin::instant),
        redrives(values));
  }

  private static Origin ofConnect(Map<String, byte[]> values) {
    return new Origin(
        text(values, CONNECT + "exception.class.name").orElse(UNKNOWN),
        text(values, CONNECT + "exception.message").map(Origin::shortened),
        text(values, CONNECT + "topic"),
        number(text(values, CONNECT + "partition")).map(Long::intValue),
        number(text(values, CONNECT + "offset")),
        Optional.empty(),
        redrives(values));
  }

  /** Spring writes numbers in binary, big-endian. */
  private static Origin ofSpring(Map<String, byte[]> values) {
    return new Origin(
        text(values, SPRING + "exception-fqcn").orElse(UNKNOWN),
        text(values, SPRING + "exception-message").map(Origin::shortened),
        text(values, SPRING + "original-topic"),
        binary(values, SPRING + "original-partition", Integer.BYTES, ByteBuffer::getInt),
        binary(values, SPRING + "original-offset", Long.BYTES, ByteBuffer::getLong),
        binary(values, SPRING + "original-timestamp", Long.BYTES, ByteBuffer::getLong)
            .flatMap(Origin::instant),
        redrives(values));
  }

  /**
   * The original position of a dead letter of this service; empty if the original topic is another
   * one.
   */
  static Optional<Position> position(Headers headers, TopicIdentity topic) {
    Map<String, byte[]> values = values(headers);
    Origin origin = ofSmallRye(values);
    return text(values, DeadLetterHeaders.TOPIC_ID)
        .filter(topic.topicId()::equals)
        .flatMap(id -> origin.partition())
        .flatMap(partition -> origin.offset().map(offset -> new Position(partition, offset)));
  }

  /** Whether a header was added when the message was dead-lettered or redriven. */
  static boolean isDeadLetterHeader(String header) {
    return header.startsWith(DeadLetterHeaders.PREFIX)
        || header.startsWith(CONNECT)
        || header.startsWith(SPRING)
        || header.equals(DeadLetterHeaders.REDRIVES);
  }

  private static int redrives(Map<String, byte[]> values) {
    return number(text(values, DeadLetterHeaders.REDRIVES))
        .map(n -> Math.clamp(n, 0, Integer.MAX_VALUE))
        .orElse(0);
  }

  /** Replaces NUL, which PostgreSQL cannot store, and invalid UTF-8. */
  private static Optional<String> text(Map<String, byte[]> values, String name) {
    return Optional.ofNullable(values.get(name))
        .map(value -> new String(value, StandardCharsets.UTF_8).replace('\0', '\ufffd'))
        .filter(text -> !text.isEmpty());
  }

  private static String shortened(String text) {
    return text.substring(
        0,
        text.offsetByCodePoints(
            0, Math.min(text.codePointCount(0, text.length()), MAX_ERROR_LENGTH)));
  }

  private static Optional<Long> number(Optional<String> text) {
    try {
      return text.map(Long::valueOf);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(long millis) {
    try {
      // Kafka uses -1 for a message without a timestamp.
      return millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static <T> Optional<T> binary(
      Map<String, byte[]> values, String name, int size, Function<ByteBuffer, T> read) {
    return Optional.ofNullable(values.get(name))
        .filter(value -> value.length == size)
        .map(ByteBuffer::wrap)
        .map(read);
  }
}
