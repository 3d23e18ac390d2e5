package io.tenantry.ingestion.delivery;

import io.tenantry.partitioner.TenantPartitioner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Records of every shape for the topic of events; the same ones for the same seed. */
final class RecordFuzz {

  /** The header, and so the attribute, by which a stored event is found again. */
  static final String NUMBER = "ce_n";

  private static final int PARTITIONS = 6;
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\0",
          "a\0b",
          "0.3",
          "1.0 ",
          "é\uFFFF\uD83D\uDE00",
          "x".repeat(401),
          "y".repeat(300_000),
          "'; DROP TABLE inbox_events; --",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "-1",
          "99999999999999999999");
  private static final List<String> TIMES =
      List.of(
          "2026-11-21T04:44:07.465Z",
          "2026-11-21t04:44:07z",
          "2026-11-21",
          "0000-01-01T00:00:00Z",
          "9999-12-31T23:59:59.999999999Z",
          "+999999999-12-31T23:59:59Z",
          "-999999999-01-01T00:00:00Z",
          "+292278-01-01T00:00:00Z",
          "2026-11-21T04:44:07+18:00",
          "infinity");
  private static final List<String> TYPES =
      List.of(
          "application/json",
          "APPLICATION/JSON; charset=utf-16",
          "application/cloudevents+json",
          "+json",
          "text/plain",
          "application/octet-stream",
          "");
  private static final List<String> NAMES =
      List.of(
          "ce_",
          "ce_\0",
          "ce_a\"b",
          "ce_é",
          "",
          "traceparent",
          "tracestate",
          "baggage",
          "dead-letter-offset",
          "dead-letter-topic-id",
          "tenantry-redrives",
          "__connect.errors.offset",
          "kafka_dlt-original-offset",
          "CE_ID",
          "content-type",
          "ce_id",
          "ce_source",
          "ce_subject");

  private final Random random;
  private final List<UUID> tenants;
  private final List<Supplier<byte[]>> bodies =
      List.of(
          () -> null,
          () -> new byte[0],
          () -> utf8("{\"a\":1}"),
          () -> utf8("null"),
          () -> utf8("  "),
          () -> utf8("{\"a\":"),
          () -> utf8("{} {}"),
          () -> utf8("\uFEFF{}"),
          () -> utf8("{\"a\":1,\"a\":2}"),
          () -> utf8("\"\\u0000\""),
          () -> utf8("\"\\ud800\""),
          () -> utf8("\"\\udc00\\ud800\""),
          () -> utf8("\"a\0b\""),
          () -> utf8("1e131071"),
          () -> utf8("1e131072"),
          () -> utf8("1e-16384"),
          () -> utf8("0e-99999"),
          () -> utf8("1e1000000"),
          () -> utf8("9".repeat(140_000)),
          () -> utf8("0." + "1".repeat(20_000)),
          () -> new byte[] {'"', (byte) 0xff, (byte) 0xfe, '"'},
          () -> new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
          () -> "{\"a\":1}".getBytes(StandardCharsets.UTF_16),
          () -> nested("[", "]", 5_000),
          () -> nested("[", "]", 20_000),
          () -> nested("{\"a\":", "}", 50_000),
          () -> nested("[", "", 100_000),
          () -> utf8("\"" + "z".repeat(1_000_000) + "\""),
          () -> utf8("{\"" + "k".repeat(900_000) + "\":1}"),
          () -> utf8("[" + "1,".repeat(200_000) + "1]"),
          this::bytes);

  RecordFuzz(long seed, List<UUID> tenants) {
    this.random = new Random(seed);
    this.tenants = tenants;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] nested(String open, String close, int depth) {
    return utf8(open.repeat(depth) + (close.isEmpty() ? "" : "1" + close.repeat(depth)));
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(5_000)];
    random.nextBytes(bytes);
    return bytes;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private boolean isOneIn(int count) {
    return random.nextInt(count) == 0;
  }

  /** The next record; its number is in a header of its own. */
  ProducerRecord<byte[], byte[]> next(String topic, int number) {
    UUID tenant = oneOf(tenants);
    byte[] key = isOneIn(6) ? oddKey(tenant) : utf8(tenant.toString());
    int partition =
        isOneIn(6)
            ? random.nextInt(PARTITIONS)
            : TenantPartitioner.partition(tenant.toString(), PARTITIONS);
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(topic, partition, key, oneOf(bodies).get());
    addHeaders(message.headers(), number);
    return message;
  }

  private byte[] oddKey(UUID tenant) {
    return switch (random.nextInt(7)) {
      case 0 -> null;
      case 1 -> new byte[0];
      case 2 -> utf8(tenant.toString().toUpperCase(Locale.ROOT));
      case 3 -> utf8(tenant + " ");
      case 4 -> utf8(new UUID(random.nextLong(), random.nextLong()).toString());
      case 5 -> utf8("k".repeat(100_000));
      default -> {
        byte[] bytes = new byte[36];
        random.nextBytes(bytes);
        yield bytes;
      }
    };
  }

  private void addHeaders(Headers headers, int number) {
    add(headers, "ce_specversion", "1.0", number);
    add(headers, "ce_id", "fuzz-" + number, number);
    add(headers, "ce_source", "fuzz", number);
    add(headers, "ce_type", "t", number);
    headers.add("content-type", utf8(isOneIn(2) ? "application/json" : oneOf(TYPES)));
    if (isOneIn(3)) {
      headers.add("ce_time", utf8(oneOf(TIMES)));
    }
    for (int more = random.nextInt(3); more > 0; more--) {
      headers.add(oneOf(NAMES), oddValue(number));
    }
    headers.add(NUMBER, utf8(Integer.toString(number)));
  }

  /** Adds a header that is valid in most cases. */
  private void add(Headers headers, String name, String value, int number) {
    if (!isOneIn(25)) {
      headers.add(name, isOneIn(25) ? oddValue(number) : utf8(value));
    }
  }

  /** With the number in it: two records with one id would be one event. */
  private byte[] oddValue(int number) {
    return switch (random.nextInt(4)) {
      case 0 -> null;
      case 1 -> new byte[] {(byte) 0xff, 0, (byte) 0xc3};
      default -> {
        String text = oneOf(TEXTS);
        yield utf8(text.isEmpty() ? "" : text + number);
      }
    };
  }
}
