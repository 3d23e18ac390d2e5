package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.kafka.KafkaUnavailable;
import io.tenantry.kernel.runtime.ShutdownOrder;
import io.tenantry.partitioner.TenantPartitioner;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes messages to the dead letter topic, and redrives dead letters. */
@Singleton
final class DeadLetterProducer {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_REQUEST_BYTES = 16 << 20;
  private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);

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
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT.toMillis());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis() / 3);
    // The brokers enforce the limit, by the compressed size, as for events.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    producer.close(CLOSE_TIMEOUT);
  }

  /** A message with the decision to dead-letter it. */
  record DeadMessage(ConsumerRecord<byte[], byte[]> message, DecisionStore.Decision decision) {}

  /**
   * Writes messages unchanged to the dead letter topic, with headers that describe the reason, and
   * waits for the brokers' acknowledgement. A message that exceeds that topic's limit, which
   * operators may have lowered, is written without its value and its own headers. Do not call this
   * on an event loop.
   *
   * @param source the topic of the messages
   * @throws KafkaUnavailable if the brokers do not acknowledge one
   */
  void send(TopicIdentity source, List<DeadMessage> messages) {
    String topic = topics.deadLetters().name();
    Map<DeadMessage, Future<RecordMetadata>> sent = new LinkedHashMap<>();
    messages.forEach(
        each ->
            sent.put(each, producer.send(deadLetter(topic, each, headers(source, each), true))));
    List<DeadMessage> tooLarge = new ArrayList<>();
    Optional<KafkaUnavailable> failure = Optional.empty();
    // Wait for all: one that is still in flight would be written twice if this is retried.
    for (Map.Entry<DeadMessage, Future<RecordMetadata>> each : sent.entrySet()) {
      try {
        await(each.getValue());
      } catch (KafkaUnavailable e) {
        if (e.getCause() instanceof RecordTooLargeException) {
          tooLarge.add(each.getKey());
        } else {
          failure = failure.or(() -> Optional.of(e));
        }
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    for (DeadMessage each : tooLarge) {
      Headers headers = new RecordHeaders();
      add(headers, DeadLetterHeaders.TRUNCATED, "true");
      describe(headers, source, each);
      await(producer.send(deadLetter(topic, each, headers, false)));
    }
  }

  private ProducerRecord<byte[], byte[]> deadLetter(
      String topic, DeadMessage dead, Headers headers, boolean complete) {
    ConsumerRecord<byte[], byte[]> message = dead.message();
    int partition = partitionFor(topic, message);
    return new ProducerRecord<>(
        topic,
        partition,
        dead.decision().at().toEpochMilli(),
        complete || EventMessage.tenantOf(message.key()).isPresent() ? message.key() : null,
        complete ? message.value() : null,
        headers);
  }

  private static Headers headers(TopicIdentity source, DeadMessage dead) {
    Headers headers = new RecordHeaders();
    dead.message()
        .headers()
        .forEach(
            header -> {
              if (!header.key().startsWith(DeadLetterHeaders.PREFIX)) {
                headers.add(header);
              }
            });
    describe(headers, source, dead);
    return headers;
  }

  private static void describe(Headers headers, TopicIdentity source, DeadMessage dead) {
    ConsumerRecord<byte[], byte[]> message = dead.message();
    add(headers, DeadLetterHeaders.REASON, dead.decision().reason().toString());
    add(headers, DeadLetterHeaders.CAUSE, dead.decision().cause());
    add(headers, DeadLetterHeaders.TOPIC, message.topic());
    add(headers, DeadLetterHeaders.TOPIC_ID, source.topicId());
    add(headers, DeadLetterHeaders.PARTITION, Integer.toString(message.partition()));
    add(headers, DeadLetterHeaders.OFFSET, Long.toString(message.offset()));
    add(headers, DeadLetterHeaders.TIMESTAMP, Long.toString(message.timestamp()));
  }

  /** A message to redrive, with new headers. */
  record Message(ConsumerRecord<byte[], byte[]> message, Headers headers) {}

  /**
   * Writes the messages of dead letters to their tenants' partitions of the topic of events, and
   * waits for the brokers' acknowledgement. The messages must have keys.
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

  private int partitionFor(String topic, ConsumerRecord<byte[], byte[]> message) {
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
