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
 * Delivers events from the topic to tenants' databases. The events of a poll are delivered and
 * committed before the next poll. A tenant whose database is unavailable does not delay other
 * tenants: a backlog is stored for it, its events are skipped, and {@link BacklogReader} delivers
 * them later.
 *
 * <p>Easy to get wrong: offsets belong to one topic. A topic that was deleted and created again is
 * read from its beginning, whatever offsets are committed; events that are already stored are not
 * stored again.
 */
@Singleton
public final class ExtractionWorker {

  private static final Logger LOG = Logger.getLogger(ExtractionWorker.class);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final String topic;
  private final Consumers consumers;
  private final Assignments assignments;
  private final BatchDelivery batches;
  private final PartitionOffsets offsets;
  private final BacklogReader backlogReader;
  private final ExtractionConfig config;
  private final TopicIdentities identities;
  private volatile boolean stopping;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
  private @Nullable Thread thread;

  ExtractionWorker(
      ManagedTopics topics,
      Consumers consumers,
      Assignments assignments,
      BatchDelivery batches,
      PartitionOffsets offsets,
      BacklogReader backlogReader,
      ExtractionConfig config,
      TopicIdentities identities) {
    this.topic = topics.events().name();
    this.consumers = consumers;
    this.assignments = assignments;
    this.batches = batches;
    this.offsets = offsets;
    this.backlogReader = backlogReader;
    this.config = config;
    this.identities = identities;
  }

  void start(@Observes StartupEvent started) {
    if (config.enabled()) {
      start();
    }
  }

  /** Starts the worker. Call it once, or after {@link #stop()}. */
  public void start() {
    stopping = false;
    thread = Thread.ofPlatform().name("extraction-worker").daemon().start(this::runUntilStopped);
    backlogReader.start();
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
    backlogReader.stop();
    thread.join(STOP_TIMEOUT);
  }

  private void runUntilStopped() {
    while (!stopping) {
      KafkaConsumer<byte[], byte[]> consumer = consumers.member();
      current = consumer;
      try {
        TopicIdentities.Watch watch = identities.watch(topic);
        Assignment assignment =
            assignments.start(consumer, new KnownTopic(topic, watch.identity()));
        consumer.subscribe(List.of(topic), assignment);
        while (!stopping) {
          pollOnce(consumer, watch, assignment);
        }
      } catch (WakeupException e) {
        LOG.debug("extraction worker stopped");
      } catch (RuntimeException e) {
        LOG.warnf("extraction worker failed; restarting in 1s: %s", e);
        pause();
      } finally {
        current = null;
        consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
      }
    }
  }

  private void pollOnce(
      KafkaConsumer<byte[], byte[]> consumer, TopicIdentities.Watch watch, Assignment assignment) {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(POLL_TIMEOUT);
    } catch (OffsetOutOfRangeException e) {
      watch.check();
      assignment.seekToEarliest(e.offsetOutOfRangePartitions());
      return;
    }
    watch.checkRegularly();
    if (records.isEmpty() && assignment.isUpToDate()) {
      return;
    }
    try {
      offsets.runExclusively(
          () -> {
            assignment.loadAndRecord();
            batches.deliver(records, watch.identity());
          });
    } catch (RuntimeException e) {
      // The control database or the broker is unavailable. Nothing is committed, so the whole batch
      // is retried.
      LOG.warnf("delivery failed; retrying in 1s events=%d: %s", records.count(), e);
      records.partitions().forEach(p -> consumer.seek(p, records.records(p).getFirst().offset()));
      pause();
      return;
    }
    assignment.updateLag(records.partitions());
    if (!records.isEmpty()) {
      consumer.commitSync(CommittedOffset.after(records, watch.identity()));
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_DELAY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }
}
