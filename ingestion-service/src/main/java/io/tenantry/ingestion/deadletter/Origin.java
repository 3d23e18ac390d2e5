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
 * Where a dead letter comes from and why, by whichever tool's headers it has: this service's and
 * SmallRye's, Kafka Connect's ({@code errors.deadletterqueue.context.headers.enable}) or Spring's.
 *
 * @param reason one of {@link Reason}, or the class of the exception
 * @param error the exception's message, or more about the reason
 * @param redrives how often the message was sent again before
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
  private static final int LONGEST_ERROR = 500;

  static Origin of(Headers headers) {
    Map<String, byte[]> values = values(headers);
    if (values.containsKey(DeadLetterHeaders.TOPIC_ID)) {
      // This service's; the message may have had other tools' headers.
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

  /** Where the message of a dead letter of this service is on this topic; empty if on another. */
  static Optional<Position> position(Headers headers, TopicIdentity topic) {
    Map<String, byte[]> values = values(headers);
    Origin origin = ofSmallRye(values);
    return text(values, DeadLetterHeaders.TOPIC_ID)
        .filter(topic.topicId()::equals)
        .flatMap(id -> origin.partition())
        .flatMap(partition -> origin.offset().map(offset -> new Position(partition, offset)));
  }

  /** Whether a header tells of a former death and not of the message. */
  static boolean tells(String header) {
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

  /** PostgreSQL can store no NUL; what is no UTF-8 is replaced. */
  private static Optional<String> text(Map<String, byte[]> values, String name) {
    return Optional.ofNullable(values.get(name))
        .map(value -> new String(value, StandardCharsets.UTF_8).replace('\0', '\ufffd'))
        .filter(text -> !text.isEmpty());
  }

  private static String shortened(String text) {
    return text.substring(
        0,
        text.offsetByCodePoints(0, Math.min(text.codePointCount(0, text.length()), LONGEST_ERROR)));
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
      // Kafka says -1 of a message without a time.
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
