package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a tenant's event {@code TenantProvisioned} from the topic. */
final class EventReader {
  static final String TOPIC = "tenantry.tenant-events";
  private static final String TYPE = "io.tenantry.tenant.provisioned.v1";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);

  private final String bootstrapServers;

  EventReader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** An event in CloudEvents' binary mode: attributes in headers, data in the value. */
  record Event(int partition, long offset, Map<String, String> attributes, String data) {
    String type() {
      return attributes.getOrDefault("ce_type", "");
    }

    String id() {
      return attributes.getOrDefault("ce_id", "");
    }
  }

  /**
   * Waits for the tenant's first event of that type.
   *
   * @throws LocalStackException if there is none within a minute
   */
  Event provisioned(String tenantId) {
    return read(
        consumer ->
            Polling.await(
                "the event " + TYPE + " of tenant " + tenantId,
                TIMEOUT,
                () -> poll(consumer, tenantId)));
  }

  /** Returns the same event, unless Kafka has deleted it because of its retention. */
  Optional<Event> keptProvisioned(String tenantId) {
    return read(
        consumer -> {
          Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
          Optional<Event> found = Optional.empty();
          while (found.isEmpty()
              && ends.entrySet().stream()
                  .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            found = poll(consumer, tenantId);
          }
          return found;
        });
  }

  private <T> T read(Function<KafkaConsumer<String, String>, T> reading) {
    try (KafkaConsumer<String, String> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return reading.apply(consumer);
    } catch (KafkaException e) {
      throw new LocalStackException("topic " + TOPIC + " could not be read: " + e.getMessage(), e);
    }
  }

  private static Optional<Event> poll(KafkaConsumer<String, String> consumer, String tenantId) {
    ConsumerRecords<String, String> records = consumer.poll(POLL);
    return StreamSupport.stream(records.spliterator(), false)
        .filter(each -> tenantId.equals(each.key()))
        .map(EventReader::event)
        .filter(each -> TYPE.equals(each.type()))
        .findFirst();
  }

  private static Event event(ConsumerRecord<String, String> found) {
    Map<String, String> attributes =
        StreamSupport.stream(found.headers().spliterator(), false)
            .collect(
                Collectors.toMap(
                    header -> header.key().toLowerCase(Locale.ROOT),
                    EventReader::text,
                    (first, second) -> second));
    return new Event(found.partition(), found.offset(), attributes, found.value());
  }

  private static String text(Header header) {
    return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private KafkaConsumer<String, String> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false"),
        new StringDeserializer(),
        new StringDeserializer());
  }
}
