package io.tenantry.ingestion.delivery;

import io.quarkus.virtual.threads.VirtualThreads;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.kernel.runtime.Maps;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Delivers backlogs once the tenants' databases respond again. It reads a partition from the lowest
 * next offset of these tenants up to the worker's offset, and then closes their backlogs, so that
 * the worker delivers their events again.
 *
 * <p>Easy to get wrong: the worker keeps reading in the meantime. The last events are delivered
 * while the worker waits, so that no event is skipped or delivered out of order.
 */
@Singleton
final class BacklogReader {

  private static final Logger LOG = Logger.getLogger(BacklogReader.class);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

  /** If no more offsets than this are left, the worker waits while they are delivered. */
  private static final long EXCLUSIVE_READ_DISTANCE = 2000;

  /** After this many empty polls in a row, the attempt ends and the backlog is retried later. */
  private static final int MAX_EMPTY_POLLS = 4;

  private final String topic;
  private final TopicIdentities identities;
  private final Consumers consumers;
  private final DeliveryDispatcher dispatcher;
  private final Backlogs backlogs;
  private final PartitionOffsets offsets;
  private final ExecutorService threads;
  private final Clock clock;
  private final Set<Integer> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;
  private @Nullable Thread thread;

  BacklogReader(
      ManagedTopics topics,
      TopicIdentities identities,
      Consumers consumers,
      DeliveryDispatcher dispatcher,
      Backlogs backlogs,
      PartitionOffsets offsets,
      @VirtualThreads ExecutorService threads,
      Clock clock) {
    this.topic = topics.events().name();
    this.identities = identities;
    this.consumers = consumers;
    this.dispatcher = dispatcher;
    this.backlogs = backlogs;
    this.offsets = offsets;
    this.threads = threads;
    this.clock = clock;
  }

  void start() {
    stopping = false;
    thread = Thread.ofVirtual().name("backlog-reader").start(this::runUntilStopped);
  }

  void stop() {
    stopping = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void runUntilStopped() {
    try {
      while (!stopping) {
        for (int partition : backlogs.duePartitions()) {
          if (running.add(partition)) {
            threads.execute(() -> deliverDue(partition));
          }
        }
        Thread.sleep(CHECK_INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliverDue(int partition) {
    try {
      List<UUID> due = backlogs.due(partition);
      Set<UUID> tenants = new HashSet<>(dispatcher.findReachable(due));
      due.stream()
          .filter(tenant -> !tenants.contains(tenant))
          .forEach(tenant -> backlogs.postpone(partition, tenant));
      if (!tenants.isEmpty()) {
        LOG.infof(
            "tenant databases respond again; delivering their backlogs partition=%d tenants=%d",
            partition, tenants.size());
        read(partition, tenants);
      }
    } catch (RuntimeException e) {
      LOG.warnf("delivery of backlogs failed; retrying later partition=%d: %s", partition, e);
      backlogs.due(partition).forEach(tenant -> backlogs.postpone(partition, tenant));
    } finally {
      running.remove(partition);
    }
  }

  private void read(int partition, Set<UUID> tenants) {
    TopicPartition source = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> reader = consumers.reader()) {
      reader.assign(List.of(source));
      skipDeleted(reader, source, tenants);
      reader.seek(
          source,
          tenants.stream()
              .mapToLong(tenant -> backlogs.nextOffset(partition, tenant))
              .min()
              .orElse(0));
      while (canContinue(partition, tenants)) {
        if (offsets.next(partition).orElse(0) - reader.position(source) > EXCLUSIVE_READ_DISTANCE) {
          deliver(reader, source, tenants);
        } else {
          offsets.runExclusively(() -> finish(reader, source, tenants));
          return;
        }
      }
    }
  }

  /** Reports events that the topic no longer keeps as lost, and skips them. */
  private void skipDeleted(
      KafkaConsumer<byte[], byte[]> reader, TopicPartition source, Set<UUID> tenants) {
    long earliest = Maps.require(reader.beginningOffsets(List.of(source)), source);
    long end = Maps.require(reader.endOffsets(List.of(source)), source);
    Instant earliestTime = clock.instant();
    if (earliest < end
        && tenants.stream()
            .anyMatch(tenant -> backlogs.nextOffset(source.partition(), tenant) < earliest)) {
      reader.seek(source, earliest);
      earliestTime =
          reader.poll(POLL_TIMEOUT).records(source).stream()
              .findFirst()
              .map(oldest -> Instant.ofEpochMilli(oldest.timestamp()))
              .orElse(earliestTime);
    }
    for (UUID tenant : tenants) {
      backlogs.skipDeleted(source.partition(), tenant, earliest, end, earliestTime);
    }
  }

  private boolean canContinue(int partition, Set<UUID> tenants) {
    return !stopping && !tenants.isEmpty() && offsets.next(partition).isPresent();
  }

  /** Delivers the rest while the worker waits. */
  private void finish(
      KafkaConsumer<byte[], byte[]> reader, TopicPartition source, Set<UUID> tenants) {
    int empty = 0;
    OptionalLong end = offsets.next(source.partition());
    while (canContinue(source.partition(), tenants) && reader.position(source) < end.getAsLong()) {
      if (deliver(reader, source, tenants) == 0 && ++empty == MAX_EMPTY_POLLS) {
        tenants.forEach(tenant -> backlogs.postpone(source.partition(), tenant));
        return;
      }
    }
    if (canContinue(source.partition(), tenants)) {
      requireSameTopic(source.partition());
      backlogs.close(source.partition(), tenants);
      LOG.infof("backlogs delivered partition=%d tenants=%d", source.partition(), tenants.size());
    }
  }

  /** If the topic was replaced, its offsets do not belong to the backlog. */
  private void requireSameTopic(int partition) {
    identities.requireUnchanged(topic, backlogs.topic(partition).identity());
  }

  /**
   * Delivers the tenants' messages of one poll, up to the worker's offset. A tenant whose database
   * is unavailable again is removed from the set.
   *
   * @return the number of messages polled
   */
  private int deliver(
      KafkaConsumer<byte[], byte[]> reader, TopicPartition source, Set<UUID> tenants) {
    int partition = source.partition();
    List<ConsumerRecord<byte[], byte[]>> read = reader.poll(POLL_TIMEOUT).records(source);
    OptionalLong end = offsets.next(partition);
    if (read.isEmpty() || end.isEmpty()) {
      return read.size();
    }
    requireSameTopic(partition);
    Map<TenantPartition, List<ConsumerRecord<byte[], byte[]>>> messages =
        DeliveryDispatcher.MessagesByTenant.of(read)
            .only(target -> tenants.contains(target.tenant()))
            .owned();
    messages.replaceAll(
        (target, list) ->
            list.stream()
                .filter(m -> m.offset() >= backlogs.nextOffset(partition, target.tenant()))
                .filter(m -> m.offset() < end.getAsLong())
                .toList());
    messages.values().removeIf(List::isEmpty);
    dispatcher
        .deliver(backlogs.topic(partition).identity(), messages)
        .forEach(
            (target, unreachable) -> {
              tenants.remove(target.tenant());
              backlogs.advance(partition, Set.of(target.tenant()), unreachable.offset());
              backlogs.postpone(partition, target.tenant());
            });
    backlogs.advance(partition, tenants, Math.min(end.getAsLong(), read.getLast().offset() + 1));
    return read.size();
  }
}
