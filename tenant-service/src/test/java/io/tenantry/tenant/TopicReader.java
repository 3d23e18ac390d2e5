package io.tenantry.tenant;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * All messages of a topic. Each look reads only what was added since the last one, so that a test
 * can look often.
 */
public final class TopicReader {

  private final String topic;
  private final List<ConsumerRecord<String, byte[]>> messages = new ArrayList<>();
  private Consumer<String, byte[]> consumer;
  private List<TopicPartition> partitions = List.of();

  public TopicReader(String topic) {
    this.topic = topic;
  }

  /** The messages that are on the topic by now. */
  public synchronized List<ConsumerRecord<String, byte[]>> all() {
    if (consumer == null) {
      open();
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      consumer.poll(Duration.ofMillis(200)).forEach(messages::add);
    }
    return List.copyOf(messages);
  }

  private void open() {
    Consumer<String, byte[]> opened =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", LocalStack.shared().kafka().bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        opened.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(topic, p.partition()))
            .toList();
    opened.assign(partitions);
    opened.seekToBeginning(partitions);
    consumer = opened;
  }

  /** The value of a message's header. */
  public static String header(ConsumerRecord<String, byte[]> message, String name) {
    return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
