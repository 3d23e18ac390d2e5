package io.tenantry.backup;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the service tells on its topic. */
public final class OperationEvents {

  private static final String TOPIC = "tenantry.operation-events";

  private OperationEvents() {}

  /** What events of a type were told by now of a tenant, or of a campaign: their data. */
  public static List<String> of(UUID subject, String type) {
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
      List<String> found = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (var message : consumer.poll(Duration.ofMillis(200))) {
          String told =
              new String(message.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
          if (message.key().equals(subject.toString()) && told.equals(type)) {
            found.add(message.value());
          }
        }
      }
      return found;
    }
  }
}
