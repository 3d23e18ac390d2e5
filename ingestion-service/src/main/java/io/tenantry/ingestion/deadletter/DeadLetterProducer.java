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

/** Puts messages that cannot be handled on the dead letter topic, and sends dead letters again. */
@Singleton
final class DeadLetterProducer {

  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int LARGEST_REQUEST = 16 << 20;
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
    // The brokers decide what is too large: by the size of what is compressed, as for events.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    producer.close(CLOSING);
  }

  /** A message and why it is a dead letter. */
  record DeadMessage(ConsumerRecord<byte[], byte[]> message, DecisionStore.Decision decision) {}

  /**
   * Puts messages on the dead letter topic as they came, with headers that say why, and waits until
   * the brokers have them. One that is too large for that topic, which operators may have set to
   * less than that of events, is there without its value and its own headers. Not on an event loop.
   *
   * @param source the topic they are on
   * @throws KafkaUnavailable if the brokers do not acknowledge one
   */
  void bury(TopicIdentity source, List<DeadMessage> messages) {
    String topic = topics.deadLetters().name();
    Map<DeadMessage, Future<RecordMetadata>> sent = new LinkedHashMap<>();
    messages.forEach(
        each -> sent.put(each, producer.send(letter(topic, each, headers(source, each), true))));
    List<DeadMessage> tooLarge = new ArrayList<>();
    Optional<KafkaUnavailable> failure = Optional.empty();
    // Of all: one that is still on its way would be there twice when they are written again.
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
      await(producer.send(letter(topic, each, headers, false)));
    }
  }

  private ProducerRecord<byte[], byte[]> letter(
      String topic, DeadMessage dead, Headers headers, boolean whole) {
    ConsumerRecord<byte[], byte[]> message = dead.message();
    int partition = place(topic, message);
    return new ProducerRecord<>(
        topic,
        partition,
        dead.decision().at().toEpochMilli(),
        whole || EventMessage.tenantOf(message.key()).isPresent() ? message.key() : null,
        whole ? message.value() : null,
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
