package io.tenantry.tenant;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends messages to Kafka as any client can. */
public final class TopicWriter {

  private static final Producer<String, byte[]> PRODUCER =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", LocalStack.shared().kafka().bootstrapServers()),
          new StringSerializer(),
          new ByteArraySerializer());

  private TopicWriter() {}

  /** Sends a CloudEvent in binary mode. */
  public static void send(
      String topic, String key, String id, String source, String type, String data) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id);
    headers.put("ce_source", source);
    headers.put("ce_type", type);
    send(topic, key, headers, data.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends any message. */
  public static void send(String topic, String key, Map<String, String> headers, byte[] value) {
    ProducerRecord<String, byte[]> message = new ProducerRecord<>(topic, key, value);
    headers.forEach(
        (name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      PRODUCER.send(message).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
