package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.kernel.event.KafkaUnavailable;
import io.tenantry.kernel.shutdown.ShutdownOrder;
import io.tenantry.partitioner.TenantPartitioner;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts messages that cannot be handled on the dead letter topic, and sends dead letters again. */
@Singleton
public final class DeadLetterProducer {

  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final ManagedTopics topics;
  private final KafkaProducer<byte[], byte[]> producer;

  DeadLetterProducer(
      ManagedTopics topics, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.topics = topics;
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "snappy");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 3);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topics.largestMessage());
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    producer.close(CLOSING);
  }

  /**
   * Puts a message on the dead letter topic as it came, with headers that say why, and waits until
   * the brokers have it. Not on an event loop.
   *
   * @param cause what went wrong, in words that quote nothing of the event
   * @throws KafkaUnavailable if the brokers do not acknowledge it
   */
  public void bury(ConsumerRecord<byte[], byte[]> message, Reason reason, String cause) {
    Headers headers = new RecordHeaders();
    message
        .headers()
        .forEach(
            header -> {
              if (!header.key().startsWith(DeadLetterHeaders.PREFIX)) {
                headers.add(header);
              }
            });
    add(headers, DeadLetterHeaders.REASON, reason.toString());
    add(headers, DeadLetterHeaders.CAUSE, cause);
    add(headers, DeadLetterHeaders.TOPIC, message.topic());
    add(headers, DeadLetterHeaders.PARTITION, Integer.toString(message.partition()));
    add(headers, DeadLetterHeaders.OFFSET, Long.toString(message.offset()));
    add(headers, DeadLetterHeaders.TIMESTAMP, Long.toString(message.timestamp()));
    String topic = topics.deadLetters().name();
    await(
        producer.send(
            new ProducerRecord<>(
                topic, place(topic, message), message.key(), message.value(), headers)));
  }

  /** A message that is to be sent again, with other headers. */
  record Message(ConsumerRecord<byte[], byte[]> message, Headers headers) {}

  /**
   * Sends dead letters' messages, which have keys, to the topic of events again, where their
   * tenants' lie, and waits until the brokers have all of them.
   *
   * @throws KafkaUnavailable if the brokers do not acknowledge one
   */
  void resend(List<Message> messages) {
    String topic = topics.events().name();
    int partitions = partitionsOf(topic);
    List<Future<RecordMetadata>> sent =
        messages.stream()
            .map(
                each -> {
                  byte[] key = each.message().key();
                  int partition =
                      TenantPartitioner.partition(
                          new String(key, StandardCharsets.UTF_8), partitions);
                  return producer.send(
                      new ProducerRecord<>(
                          topic, partition, key, each.message().value(), each.headers()));
                })
            .toList();
    sent.forEach(DeadLetterProducer::await);
  }

  private int partitionsOf(String topic) {
    try {
      return producer.partitionsFor(topic).size();
    } catch (TimeoutException e) {
      throw new KafkaUnavailable(e);
    }
  }

  private int place(String topic, ConsumerRecord<byte[], byte[]> message) {
    int partitions = partitionsOf(topic);
    return EventMessage.tenantOf(message.key())
        .map(tenant -> TenantPartitioner.partition(tenant.toString(), partitions))
        .orElse(message.partition() % partitions);
  }

  private static void await(Future<RecordMetadata> sent) {
    try {
      sent.get();
    } catch (ExecutionException e) {
      throw new KafkaUnavailable(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailable(e);
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
