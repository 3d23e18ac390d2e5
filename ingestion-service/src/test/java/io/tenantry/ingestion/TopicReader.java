package io.tenantry.ingestion;

import io.tenantry.localstack.LocalStack;
import io.tenantry.partitioner.TenantPartitioner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads messages from a topic without the service. */
public final class TopicReader {

  private TopicReader() {}

  /** All messages with the tenant's id for key, in their order on the tenant's partition. */
  public static List<ConsumerRecord<byte[], byte[]>> read(
      LocalStack stack, String topic, UUID tenant) {
    return read(
            stack,
            topic,
            (partition, count) ->
                partition == TenantPartitioner.partition(tenant.toString(), count))
        .stream()
        .filter(
            message ->
                message.key() != null
                    && tenant.toString().equals(new String(message.key(), StandardCharsets.UTF_8)))
        .toList();
  }

  /** All messages, each partition's in their order. */
  public static List<ConsumerRecord<byte[], byte[]>> read(LocalStack stack, String topic) {
    return read(stack, topic, (partition, count) -> true);
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      LocalStack stack, String topic, BiPredicate<Integer, Integer> wanted) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                stack.kafka().bootstrapServers(),
                // Closing waits for the fetch in flight.
                "fetch.max.wait.ms",
                10),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<PartitionInfo> all = consumer.partitionsFor(topic);
      List<TopicPartition> partitions =
          all.stream()
              .filter(info -> wanted.test(info.partition(), all.size()))
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(found::add);
      }
    }
    return found;
  }

  /** A header's text; empty if there is none. */
  public static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  public static String value(ConsumerRecord<byte[], byte[]> message) {
    return new String(message.value(), StandardCharsets.UTF_8);
  }
}
