package io.tenantry.ingestion;

import io.tenantry.localstack.LocalStack;
import io.tenantry.partitioner.TenantPartitioner;
import io.tenantry.testing.TestTenant;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes messages to a topic without the service. */
public final class EventSender implements AutoCloseable {

  private static final String TOPIC = "ingestion-events";

  private final KafkaProducer<byte[], byte[]> producer;

  public EventSender(LocalStack stack) {
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                stack.kafka().bootstrapServers(),
                "partitioner.class",
                TenantPartitioner.class.getName()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends a message and waits until the broker has it. */
  public RecordMetadata send(String topic, String key, String value, Map<String, ?> headers) {
    try {
      return start(topic, key, value, headers).get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Future<RecordMetadata> start(
      String topic, String key, String value, Map<String, ?> headers) {
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    headers.forEach(
        (name, header) ->
            message
                .headers()
                .add(
                    name,
                    header instanceof byte[] bytes
                        ? bytes
                        : header.toString().getBytes(StandardCharsets.UTF_8)));
    return producer.send(message);
  }

  /** Sends an event as the service itself would. */
  public RecordMetadata sendEvent(TestTenant tenant, String id, String data) {
    return send(TOPIC, tenant.id().toString(), data, headers(id));
  }

  /** {@link #sendEvent} without waiting. */
  public void sendEventAsync(TestTenant tenant, String id, String data) {
    Future<RecordMetadata> unused = start(TOPIC, tenant.id().toString(), data, headers(id));
  }

  private static Map<String, String> headers(String id) {
    return Map.of(
        "ce_specversion", "1.0",
        "ce_id", id,
        "ce_source", "test",
        "ce_type", "t",
        "content-type", "application/json");
  }

  @Override
  public void close() {
    producer.close();
  }
}
