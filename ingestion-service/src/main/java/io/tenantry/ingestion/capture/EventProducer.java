package io.tenantry.ingestion.capture;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.Identifier;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.ingestion.http.Traces;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.kafka.KafkaUnavailable;
import io.tenantry.kernel.runtime.BackgroundTasks;
import io.tenantry.kernel.runtime.ShutdownOrder;
import io.tenantry.partitioner.TenantPartitioner;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * Gives events to Kafka, acknowledged by all in-sync replicas, each once and in order.
 *
 * <p>Easy to get wrong: {@code KafkaProducer.send} waits for a topic's metadata and for room in its
 * buffer, and this is called on event loops. So it may wait 0 ms; the metadata is got beforehand
 * and kept for good.
 */
@Singleton
@RegisterForReflection(targets = TenantPartitioner.class)
public final class EventProducer {

  private static final Logger LOG = Logger.getLogger(EventProducer.class);

  /** Whoever waited for an acknowledgement was answered before; nothing is due. */
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private static final Duration RETRY = Duration.ofMillis(200);

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Timer latency;
  private final Traces traces;
  private final BackgroundTasks background;

  EventProducer(
      ManagedTopics topics,
      CaptureConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Traces traces,
      MeterRegistry meters,
      BackgroundTasks background) {
    this.traces = traces;
    this.topic = topics.events().name();
    this.producer =
        new KafkaProducer<>(
            settings(config.producer(), topics.largestMessage(), kafka),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.latency =
        Timer.builder("tenantry.ingestion.produce")
            .description("From giving an event to Kafka to its acknowledgement")
            .publishPercentileHistogram()
            .register(meters);
    this.background = background;
  }

  private static Map<String, Object> settings(
      CaptureConfig.Producer config, int largestMessage, Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    int delivery = (int) config.deliveryTimeout().toMillis();
    int linger = (int) config.linger().toMillis();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, TenantPartitioner.class.getName());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "snappy");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, linger);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, (int) config.batchSize().asLongValue());
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, config.bufferMemory().asLongValue());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, (delivery - linger) / 2));
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largestMessage);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0L);
    settings.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, (long) Integer.MAX_VALUE);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);
    return settings;
  }

  void start(@Observes StartupEvent started) {
    background.untilDone("event-producer-metadata", RETRY, this::fetchMetadata);
  }

  private boolean fetchMetadata() {
    try {
      LOG.infof("topic=%s partitions=%d", topic, producer.partitionsFor(topic).size());
      return true;
    } catch (KafkaException e) {
      LOG.debugf("the metadata of topic %s is not there yet", topic);
      return false;
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    producer.close(CLOSING);
  }

  /** A topic that was made before messages could be as large takes it after it is reconciled. */
  private TenantryException refusal(Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      LOG.warnf("topic=%s takes no message of this size: reconcile the topic", topic);
      return new TenantryException(
          ErrorCode.PAYLOAD_TOO_LARGE, "The event is larger than the broker takes.", failure);
    }
    return new KafkaUnavailable(failure);
  }

  /**
   * Gives an event to Kafka without ever waiting.
   *
   * @return completes on one of Kafka's threads when all in-sync replicas have the event; fails
   *     with {@link KafkaUnavailable} if that cannot be known, with {@code PAYLOAD_TOO_LARGE} if
   *     the broker takes no event of this size
   */
  CompletableFuture<Void> send(Event event) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    long begun = System.nanoTime();
    ProducerRecord<byte[], byte[]> message = EventMessage.of(topic, event);
    traces.carry(message.headers());
    try {
      Future<RecordMetadata> unused =
          producer.send(
              message,
              (metadata, failure) -> {
                if (failure == null) {
                  latency.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
                  acknowledged.complete(null);
                } else {
                  acknowledged.completeExceptionally(refusal(failure));
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      // The latter from a producer that is closed already.
      acknowledged.completeExceptionally(new KafkaUnavailable(e));
    }
    return acknowledged;
  }
}
