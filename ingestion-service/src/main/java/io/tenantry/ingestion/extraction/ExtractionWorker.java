package io.tenantry.ingestion.extraction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.kernel.shutdown.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Moves events from the topic into tenants' databases. What a poll brings is delivered before the
 * next, and then committed. A tenant whose database is away holds nobody up: its backlog is written
 * down, its events are passed by, and {@link CatchUp} delivers them later.
 */
@Singleton
public final class ExtractionWorker {

  private static final Logger LOG = Logger.getLogger(ExtractionWorker.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final String topic;
  private final Consumers consumers;
  private final Deliveries deliveries;
  private final Backlogs backlogs;
  private final Progress progress;
  private final CatchUp catchUp;
  private final ExtractionConfig config;
  private final Map<Integer, Long> lags = new ConcurrentHashMap<>();
  private final Set<Integer> unloaded = new HashSet<>();
  private volatile boolean stopping;
  private volatile KafkaConsumer<byte[], byte[]> current;
  private Thread thread;

  ExtractionWorker(
      ManagedTopics topics,
      Consumers consumers,
      Deliveries deliveries,
      Backlogs backlogs,
      Progress progress,
      CatchUp catchUp,
      ExtractionConfig config,
      MeterRegistry meters) {
    this.topic = topics.events().name();
    this.consumers = consumers;
    this.deliveries = deliveries;
    this.backlogs = backlogs;
    this.progress = progress;
    this.catchUp = catchUp;
    this.config = config;
    Gauge.builder(
            "tenantry.ingestion.consumer.lag",
            lags,
            all -> all.values().stream().mapToLong(Long::longValue).sum())
        .description("Events on this replica's partitions that its worker has yet to read")
        .register(meters);
  }

  void start(@Observes StartupEvent started) {
    if (config.enabled()) {
      start();
    }
  }

  /** Begins to move events; to be called once, or after {@link #stop()}. */
  public void start() {
    stopping = false;
    thread = Thread.ofPlatform().name("extraction-worker").daemon().start(this::runUntilStopped);
    catchUp.start();
  }

  void stop(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent stopped)
      throws InterruptedException {
    if (thread != null) {
      stop();
    }
  }

  /** Ends when what is in hand is delivered and committed, and leaves the group. */
  public void stop() throws InterruptedException {
    stopping = true;
    KafkaConsumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    catchUp.stop();
    thread.join(STOPPING);
  }

  private void runUntilStopped() {
    while (!stopping) {
      KafkaConsumer<byte[], byte[]> consumer = consumers.member();
      current = consumer;
      try {
        consumer.subscribe(List.of(topic), new Ownership(consumer));
        while (!stopping) {
          pollOnce(consumer);
        }
      } catch (WakeupException e) {
        LOG.debug("woken up to stop");
      } catch (RuntimeException e) {
        LOG.warnf("the worker begins anew: %s", e);
        pause();
      } finally {
        current = null;
        consumer.close(CloseOptions.timeout(CLOSING));
      }
    }
  }

  private void pollOnce(KafkaConsumer<byte[], byte[]> consumer) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    if (records.isEmpty() && unloaded.isEmpty()) {
      return;
    }
    try {
      progress.exclusively(
          () -> {
            loadBacklogs();
            deliver(records);
          });
    } catch (RuntimeException e) {
      // The control database or the broker: nothing is committed, and all of it is tried again.
      LOG.warnf("%d events are tried again: %s", records.count(), e);
      records.partitions().forEach(p -> consumer.seek(p, records.records(p).getFirst().offset()));
      pause();
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      long next = records.records(partition).getLast().offset() + 1;
      offsets.put(partition, new OffsetAndMetadata(next));
      lags.put(partition.partition(), consumer.currentLag(partition).orElse(0));
    }
    if (!offsets.isEmpty()) {
      consumer.commitSync(offsets);
    }
  }

  /** Not when they are assigned: the control database may be away, and Kafka does not ask again. */
  private void loadBacklogs() {
    for (Iterator<Integer> partitions = unloaded.iterator(); partitions.hasNext(); ) {
      backlogs.load(partitions.next());
      partitions.remove();
    }
  }

  private void deliver(ConsumerRecords<byte[], byte[]> records) {
    Deliveries.Sorted sorted =
        Deliveries.Sorted.of(records)
            .only(lane -> !backlogs.contains(lane.partition(), lane.tenant()));
    deliveries.buryUnowned(sorted.unowned());
    deliveries
        .deliver(sorted.lanes())
        .forEach(
            (lane, away) -> {
              LOG.warnf("tenant=%s is passed by: %s", lane.tenant(), away.reason());
              backlogs.open(lane.partition(), lane.tenant(), away.offset(), away.reason());
            });
    records
        .partitions()
        .forEach(p -> progress.reached(p.partition(), records.records(p).getLast().offset() + 1));
  }

  private void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  /** What this replica's partitions are. */
  private final class Ownership implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> consumer;

    Ownership(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        unloaded.add(partition.partition());
        progress.reached(partition.partition(), consumer.position(partition));
      }
      LOG.infof("partitions=%s are assigned", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      progress.exclusively(
          () -> {
            for (TopicPartition partition : partitions) {
              unloaded.remove(partition.partition());
              backlogs.drop(partition.partition());
              progress.leave(partition.partition());
              lags.remove(partition.partition());
            }
          });
    }
  }
}
