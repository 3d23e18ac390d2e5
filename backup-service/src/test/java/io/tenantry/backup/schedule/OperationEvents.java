package io.tenantry.backup.schedule;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the service tells on its topic. */
final class OperationEvents {

  private static final String TOPIC = "tenantry.operation-events";

  private OperationEvents() {}

  /** The event that a backup for this deletion is completed, if it was told by now. */
  static Optional<String> completed(UUID tenant, UUID deletion) {
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
      Optional<String> found = Optional.empty();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (var message : consumer.poll(Duration.ofMillis(200))) {
          String type =
              new String(message.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
          if (message.key().equals(tenant.toString())
              && type.equals("io.tenantry.backup.completed.v1")
              && message.value().contains(deletion.toString())) {
            found = Optional.of(message.value());
          }
        }
      }
      return found;
    }
  }
}
