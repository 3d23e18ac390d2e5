package io.tenantry.backup;

import static org.awaitility.Awaitility.await;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The dead letter topic of tenant events. */
public final class DeadLetters {

  private static final String TOPIC = "tenantry.tenant-events-dlq";

  private DeadLetters() {}

  /** Waits for the dead letter that a message became. */
  public static ConsumerRecord<String, byte[]> awaitLetter(RecordMetadata message) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> find(message), Optional::isPresent)
        .orElseThrow();
  }

  /** The dead letter that a message became, if it has become one by now. */
  public static Optional<ConsumerRecord<String, byte[]>> find(RecordMetadata message) {
    return find(TOPIC, message);
  }

  /** The dead letter on another topic that a message became, if it has become one by now. */
  public static Optional<ConsumerRecord<String, byte[]>> find(
      String topic, RecordMetadata message) {
    return all(topic).stream()
        .filter(letter -> header(letter, "dead-letter-topic").equals(message.topic()))
        .filter(
            letter ->
                header(letter, "dead-letter-partition").equals(message.partition() + "")
                    && header(letter, "dead-letter-offset").equals(message.offset() + ""))
        .findFirst();
  }

  /** A header as text. */
  public static String header(ConsumerRecord<String, byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  /** All that are there by now. */
  public static List<ConsumerRecord<String, byte[]>> all() {
    return all(TOPIC);
  }

  private static List<ConsumerRecord<String, byte[]>> all(String topic) {
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", LocalStack.shared().kafka().bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, byte[]>> letters = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
      }
      return letters;
    }
  }
}
