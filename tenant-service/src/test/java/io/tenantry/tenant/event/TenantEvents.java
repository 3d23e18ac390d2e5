package io.tenantry.tenant.event;

import static org.awaitility.Awaitility.await;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What is on the topic of tenant events, read from its beginning. */
public final class TenantEvents {

  private static final String TOPIC = "tenantry.tenant-events";

  private TenantEvents() {}

  /** One message. */
  public record Event(String key, Map<String, String> headers, String data) {

    public String type() {
      return headers.get("ce_type");
    }
  }

  /** Waits for an event of the tenant with this name; returns all there are. */
  public static List<Event> awaitNamed(String name) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> all().stream().filter(e -> e.data().contains('"' + name + '"')).toList(),
            events -> !events.isEmpty());
  }

  /** All events that are on the topic by now. */
  public static List<Event> all() {
    try (Consumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", LocalStack.shared().kafka().bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(p -> new TopicPartition(TOPIC, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<Event> events = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(message -> events.add(event(message)));
      }
      return events;
    }
  }

  private static Event event(ConsumerRecord<String, String> message) {
    Map<String, String> headers = new TreeMap<>();
    message
        .headers()
        .forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
    return new Event(message.key(), headers, message.value());
  }
}
