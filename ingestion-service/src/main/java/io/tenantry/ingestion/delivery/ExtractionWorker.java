package io.tenantry.ingestion.delivery;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.ingestion.group.CommittedOffset;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

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
  private final Assignments assignments;
  private final Batches batches;
  private final Progress progress;
  private final CatchUp catchUp;
  private final ExtractionConfig config;
  private final TopicIdentities identities;
  private volatile boolean stopping;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
  private @Nullable Thread thread;

  ExtractionWorker(
      ManagedTopics topics,
      Consumers consumers,
      Assignments assignments,
      Batches batches,
      Progress progress,
      CatchUp catchUp,
      ExtractionConfig config,
      TopicIdentities identities) {
    this.topic = topics.events().name();
    this.consumers = consumers;
    this.assignments = assignments;
    this.batches = batches;
    this.progress = progress;
    this.catchUp = catchUp;
    this.config = config;
    this.identities = identities;
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
    stop();
  }

  /** Completes and commits the current batch, then leaves the group; unless it never started. */
  public void stop() throws InterruptedException {
    if (thread == null) {
      return;
    }
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
        Assignment assignment =
            assignments.begin(consumer, new KnownTopic(topic, watch.identity()));
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
            batches.deliver(records, watch.identity());
          });
    } catch (RuntimeException e) {
      // The control database or the broker: nothing is committed, and all of it is tried again.
      LOG.warnf("%d events are tried again: %s", records.count(), e);
      records.partitions().forEach(p -> consumer.seek(p, records.records(p).getFirst().offset()));
      pause();
      return;
    }
    assignment.noteLag(records.partitions());
    if (!records.isEmpty()) {
      consumer.commitSync(CommittedOffset.after(records, watch.identity()));
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }
}
