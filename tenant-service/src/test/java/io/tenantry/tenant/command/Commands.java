package io.tenantry.tenant.command;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Commands as anyone sends them, and what became dead letters. */
final class Commands {

  private static final String SERVERS = LocalStack.shared().kafka().bootstrapServers();

  private Commands() {}

  /** Sends a command as a CloudEvent in binary mode. */
  static void send(String id, String type, String data) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id);
    headers.put("ce_source", "/tests");
    headers.put("ce_type", type);
    sendRaw(headers, data.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends whatever it is. */
  static void sendRaw(Map<String, String> headers, byte[] value) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(ProvisioningCommands.TOPIC, "key", value);
    headers.forEach((k, v) -> message.headers().add(k, v.getBytes(StandardCharsets.UTF_8)));
    try (Producer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", SERVERS),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(message).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The reason of each dead letter that has this value. */
  static List<String> deadLetterReasons(byte[] value) {
    String topic = ProvisioningCommands.TOPIC + "-dlq";
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", SERVERS),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<String> reasons = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(200))) {
          if (java.util.Arrays.equals(message.value(), value)) {
            reasons.add(
                new String(
                    message.headers().lastHeader("dead-letter-reason").value(),
                    StandardCharsets.UTF_8));
          }
        }
      }
      return reasons;
    }
  }
}
