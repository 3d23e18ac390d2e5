package io.tenantry.ingestion.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.ingestion.group.CommittedOffset;
import io.tenantry.ingestion.group.StartPositions;
import io.tenantry.ingestion.loss.Loss;
import io.tenantry.ingestion.loss.LossMetrics;
import io.tenantry.ingestion.loss.LossStore;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Moves events from the topic into tenants' databases. What a poll brings is delivered before the
 * next, and then committed. A tenant whose database is not available holds up no other: its backlog
 * is stored, its events are passed by, and {@link CatchUp} delivers them later.
 *
 * <p>Easy to get wrong: offsets are of one topic. A topic that was removed and made again is read
 * from its beginning, whatever was committed; events that are stored already are not stored again.
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
  private final TopicIdentities identities;
  private final LossStore lossStore;
  private final LossMetrics lossMetrics;
  private final Clock clock;
  private final Map<Integer, Long> lags = new ConcurrentHashMap<>();
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
      TopicIdentities identities,
      LossStore lossStore,
      LossMetrics lossMetrics,
      Clock clock,
      MeterRegistry meters) {
    this.topic = topics.events().name();
    this.consumers = consumers;
    this.deliveries = deliveries;
    this.backlogs = backlogs;
    this.progress = progress;
    this.catchUp = catchUp;
    this.config = config;
    this.identities = identities;
    this.lossStore = lossStore;
    this.lossMetrics = lossMetrics;
    this.clock = clock;
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
        TopicIdentities.Watch watch = identities.watch(topic);
        Assignment assignment = new Assignment(consumer, watch.identity());
        backlogs.begin(assignment.topic);
        consumer.subscribe(List.of(topic), assignment);
        while (!stopping) {
          pollOnce(consumer, watch, assignment);
        }
      } catch (WakeupException e) {
        LOG.debug("woken up to stop");
      } catch (RuntimeException e) {
        LOG.warnf("the worker starts again: %s", e);
        pause();
      } finally {
        current = null;
        consumer.close(CloseOptions.timeout(CLOSING));
      }
    }
  }

  private void pollOnce(
      KafkaConsumer<byte[], byte[]> consumer, TopicIdentities.Watch watch, Assignment assignment) {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      watch.check();
      assignment.moveToKept(e.offsetOutOfRangePartitions());
      return;
    }
    watch.checkRegularly();
    if (records.isEmpty() && assignment.isRecorded()) {
      return;
    }
    try {
      progress.exclusively(
          () -> {
            assignment.record();
            deliver(records, watch.identity());
          });
    } catch (RuntimeException e) {
      // The control database or the broker: nothing is committed, and all of it is tried again.
      LOG.warnf("%d events are tried again: %s", records.count(), e);
      records.partitions().forEach(p -> consumer.seek(p, records.records(p).getFirst().offset()));
      pause();
      return;
    }
    records.partitions().forEach(p -> lags.put(p.partition(), consumer.currentLag(p).orElse(0)));
    if (!records.isEmpty()) {
      consumer.commitSync(CommittedOffset.after(records, watch.identity()));
    }
  }

  private void deliver(ConsumerRecords<byte[], byte[]> records, TopicIdentity source) {
    Deliveries.Sorted sorted =
        Deliveries.Sorted.of(records)
            .only(lane -> !backlogs.contains(lane.partition(), lane.tenant()));
    deliveries.buryUnowned(source, sorted.unowned());
    deliveries
        .deliver(source, sorted.lanes())
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

  /** This replica's partitions of a topic, and what is to be stored of them before it goes on. */
  private final class Assignment implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KnownTopic topic;
    private final StartPositions start;
    private final Set<Integer> unloaded = new HashSet<>();
    private final List<Loss> unrecorded = new ArrayList<>();

    Assignment(KafkaConsumer<byte[], byte[]> consumer, TopicIdentity identity) {
      this.consumer = consumer;
      this.topic = new KnownTopic(ExtractionWorker.this.topic, identity);
      this.start = new StartPositions(consumer, identity);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      start
          .seek(partitions)
          .forEach(
              (partition, position) -> {
                unloaded.add(partition.partition());
                progress.reached(partition.partition(), position.next());
                position
                    .missed()
                    .ifPresent(
                        missed ->
                            unrecorded.add(
                                loss(partition, missed.next(), position.next(), missed.time())));
              });
      LOG.infof("partitions=%s are assigned", partitions);
    }

    private Loss loss(TopicPartition partition, long from, long to, Optional<Instant> since) {
      return new Loss(
          Optional.empty(), topic, partition.partition(), from, to, since, clock.instant());
    }

    /** The retention has overtaken the worker, or the log was cut off. */
    void moveToKept(Map<TopicPartition, Long> positions) {
      Map<TopicPartition, Long> earliest = consumer.beginningOffsets(positions.keySet());
      positions.forEach(
          (partition, position) -> {
            long next = earliest.get(partition);
            if (position < next) {
              unrecorded.add(loss(partition, position, next, Optional.empty()));
            }
            consumer.seek(partition, next);
            progress.reached(partition.partition(), next);
          });
    }

    boolean isRecorded() {
      return unloaded.isEmpty() && unrecorded.isEmpty();
    }

    /**
     * Loads backlogs and records losses. Not when partitions are assigned: the control database may
     * not be available, and Kafka does not ask again.
     */
    void record() {
      for (Iterator<Integer> partitions = unloaded.iterator(); partitions.hasNext(); ) {
        backlogs.load(partitions.next(), topic);
        partitions.remove();
      }
      for (Iterator<Loss> losses = unrecorded.iterator(); losses.hasNext(); ) {
        Loss loss = losses.next();
        if (lossStore.add(loss)) {
          lossMetrics.report(loss);
        }
        losses.remove();
      }
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
