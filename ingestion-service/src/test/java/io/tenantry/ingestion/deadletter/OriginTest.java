package io.tenantry.ingestion.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.ingestion.topic.TopicIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("I12")
class OriginTest {

  private static Headers headers(Map<String, ?> values) {
    Headers headers = new RecordHeaders();
    values.forEach(
        (name, value) ->
            headers.add(
                name,
                value instanceof byte[] bytes
                    ? bytes
                    : value.toString().getBytes(StandardCharsets.UTF_8)));
    return headers;
  }

  private static Origin origin(Map<String, ?> values) {
    return Origin.of(headers(values));
  }

  private static byte[] bigEndian(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] bigEndian(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  @Test
  void readsHeadersOfThisService() {
    Origin origin =
        origin(
            Map.of(
                "dead-letter-reason", "malformed",
                "dead-letter-cause", "no CloudEvent",
                "dead-letter-topic", "ingestion-events",
                "dead-letter-topic-id", "abc",
                "dead-letter-partition", "3",
                "dead-letter-offset", "8589934592",
                "dead-letter-timestamp", "1763700000000",
                "tenantry-redrives", "2",
                "__connect.errors.topic", "another"));

    assertThat(origin)
        .isEqualTo(
            new Origin(
                "malformed",
                Optional.of("no CloudEvent"),
                Optional.of("ingestion-events"),
                Optional.of(3),
                Optional.of(1L << 33),
                Optional.of(Instant.parse("2025-11-21T04:40:00Z")),
                2));
  }

  @Test
  void readsHeadersOfSmallRye() {
    Origin origin =
        origin(
            Map.of(
                "dead-letter-reason", "it went wrong",
                "dead-letter-exception-class-name", "com.example.Wrong",
                "dead-letter-topic", "orders"));

    assertThat(origin.reason()).isEqualTo("com.example.Wrong");
    assertThat(origin.error()).contains("it went wrong");
    assertThat(origin.topic()).contains("orders");
  }

  @Test
  void readsHeadersOfKafkaConnect() {
    Origin origin =
        origin(
            Map.of(
                "__connect.errors.topic", "ingestion-events",
                "__connect.errors.partition", "2",
                "__connect.errors.offset", "17",
                "__connect.errors.connector.name", "sink",
                "__connect.errors.exception.class.name", "DataException",
                "__connect.errors.exception.message", "no schema"));

    assertThat(origin)
        .isEqualTo(
            new Origin(
                "DataException",
                Optional.of("no schema"),
                Optional.of("ingestion-events"),
                Optional.of(2),
                Optional.of(17L),
                Optional.empty(),
                0));
  }

  @Test
  void readsBinaryNumbersOfSpring() {
    Origin origin =
        origin(
            Map.of(
                "kafka_dlt-original-topic",
                "orders",
                "kafka_dlt-original-partition",
                bigEndian(3),
                "kafka_dlt-original-offset",
                bigEndian(1L << 33),
                "kafka_dlt-original-timestamp",
                bigEndian(1763700000000L),
                "kafka_dlt-exception-fqcn",
                "IllegalStateException",
                "kafka_dlt-exception-message",
                "no"));

    assertThat(origin)
        .isEqualTo(
            new Origin(
                "IllegalStateException",
                Optional.of("no"),
                Optional.of("orders"),
                Optional.of(3),
                Optional.of(1L << 33),
                Optional.of(Instant.parse("2025-11-21T04:40:00Z")),
                0));
  }

  @Test
  void ignoresBinaryNumbersOfWrongSize() {
    Origin origin =
        origin(
            Map.of(
                "kafka_dlt-original-partition", bigEndian(3L),
                "kafka_dlt-original-offset", "17",
                "kafka_dlt-original-timestamp", bigEndian(-1L)));

    assertThat(origin.reason()).isEqualTo("unknown");
    assertThat(origin.partition()).isEmpty();
    assertThat(origin.offset()).isEmpty();
    assertThat(origin.timestamp()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.5", "99999999999999999999"})
  void ignoresWhatIsNotANumber(String number) {
    Origin origin =
        origin(
            Map.of(
                "dead-letter-partition", number,
                "dead-letter-offset", number,
                "dead-letter-timestamp", number,
                "tenantry-redrives", number));

    assertThat(origin.partition()).isEmpty();
    assertThat(origin.offset()).isEmpty();
    assertThat(origin.timestamp()).isEmpty();
    assertThat(origin.redrives()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-5, 0", "0, 0", "7, 7", "9999999999, 2147483647"})
  void limitsCountOfRedrives(String header, int redrives) {
    assertThat(origin(Map.of("tenantry-redrives", header)).redrives()).isEqualTo(redrives);
  }

  @Test
  void shortensErrorsAndReplacesWhatCannotBeStored() {
    Origin origin =
        origin(
            Map.of(
                "__connect.errors.exception.message",
                "\0" + "😀".repeat(600),
                "__connect.errors.exception.class.name",
                new byte[] {(byte) 0xff, 'x'}));

    assertThat(origin.error().orElseThrow()).isEqualTo("\ufffd" + "😀".repeat(499));
    assertThat(origin.reason()).isEqualTo("\ufffdx");
  }

  @Test
  void isUnknownWithoutHeaders() {
    Headers empty = new RecordHeaders().add("dead-letter-reason", null);

    assertThat(Origin.of(empty).reason()).isEqualTo("unknown");
    assertThat(Origin.of(empty).topic()).isEmpty();
  }

  @Test
  void findsPositionOnlyOnTheSameTopic() {
    Headers headers =
        headers(
            Map.of(
                "dead-letter-topic-id", "abc",
                "dead-letter-partition", "3",
                "dead-letter-offset", "17"));

    assertThat(Origin.position(headers, new TopicIdentity("cluster", "abc")))
        .contains(new Position(3, 17));
    assertThat(Origin.position(headers, new TopicIdentity("cluster", "other"))).isEmpty();
    assertThat(Origin.position(headers(Map.of()), new TopicIdentity("cluster", "abc"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "dead-letter-offset, true",
    "__connect.errors.stage, true",
    "kafka_dlt-original-offset, true",
    "tenantry-redrives, true",
    "ce_id, false",
    "content-type, false"
  })
  void distinguishesHeadersOfDeadLetterFromThoseOfMessage(String header, boolean expected) {
    assertThat(Origin.isDeadLetterHeader(header)).isEqualTo(expected);
  }
}
