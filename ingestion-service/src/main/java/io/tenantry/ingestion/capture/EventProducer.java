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
 * Writes events to Kafka, acknowledged by all in-sync replicas, in order and without duplicates.
 *
 * <p>Easy to get wrong: {@code KafkaProducer.send} blocks until the topic's metadata is available
 * and its buffer has room, and here it is called on event loops. So it may block for 0 ms, and the
 * metadata is fetched in advance and kept.
 */
@Singleton
@RegisterForReflection(targets = TenantPartitioner.class)
public final class EventProducer {

  private static final Logger LOG = Logger.getLogger(EventProducer.class);

  /** All requests that waited for an acknowledgement have their response by then. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration RETRY_DELAY = Duration.ofMillis(200);

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
            .description("Time from sending an event to Kafka until its acknowledgement")
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
    background.untilDone("event-producer-metadata", RETRY_DELAY, this::fetchMetadata);
  }

  private boolean fetchMetadata() {
    try {
      LOG.infof(
          "topic metadata fetched topic=%s partitions=%d",
          topic, producer.partitionsFor(topic).size());
      return true;
    } catch (KafkaException e) {
      LOG.debugf("topic metadata not available yet; retrying in 200ms topic=%s", topic);
      return false;
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    producer.close(CLOSE_TIMEOUT);
  }

  /**
   * A topic that was created with a lower max.message.bytes accepts the event once it is
   * reconciled.
   */
  private TenantryException refusal(Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      LOG.warnf(
          "event exceeds max.message.bytes of the topic; reconcile the topic topic=%s", topic);
      return new TenantryException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "The event exceeds the broker's maximum message size. Reconcile the topic, or send a"
              + " smaller event.",
          failure);
    }
    return new KafkaUnavailable(failure);
  }

  /**
   * Sends an event to Kafka without blocking.
   *
   * @return completes on one of Kafka's threads when all in-sync replicas have the event; fails
   *     with {@link KafkaUnavailable} if they do not acknowledge it, with {@code PAYLOAD_TOO_LARGE}
   *     if the broker does not accept an event of this size
   */
  CompletableFuture<Void> send(Event event) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    long started = System.nanoTime();
    ProducerRecord<byte[], byte[]> message = EventMessage.of(topic, event);
    traces.inject(message.headers());
    try {
      Future<RecordMetadata> unused =
          producer.send(
              message,
              (metadata, failure) -> {
                if (failure == null) {
                  latency.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
                  acknowledged.complete(null);
                } else {
                  acknowledged.completeExceptionally(refusal(failure));
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      // IllegalStateException: the producer is closed already.
      acknowledged.completeExceptionally(new KafkaUnavailable(e));
    }
    return acknowledged;
  }
}
