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
 * Delivers what the worker has passed by, once the tenants' databases answer again: it reads each
 * partition anew from where the tenants are, for all of them that are back, up to where the worker
 * is, and hands them over to it.
 *
 * <p>Easy to get wrong: the worker goes on meanwhile. The last stretch is done while the worker
 * waits, so that no event is left between the two, or overtaken.
 */
@Singleton
final class CatchUp {

  private static final Logger LOG = Logger.getLogger(CatchUp.class);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration POLL = Duration.ofMillis(500);

  /** So near to the worker it is made to wait for the rest. */
  private static final long LAST_STRETCH = 2000;

  /** After so many polls that bring nothing, the rest is tried again later. */
  private static final int EMPTY_POLLS = 4;

  private final String topic;
  private final TopicIdentities identities;
  private final Consumers consumers;
  private final Deliveries deliveries;
  private final Backlogs backlogs;
  private final Progress progress;
  private final ExecutorService threads;
  private final Clock clock;
  private final Set<Integer> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;
  private @Nullable Thread thread;

  CatchUp(
      ManagedTopics topics,
      TopicIdentities identities,
      Consumers consumers,
      Deliveries deliveries,
      Backlogs backlogs,
      Progress progress,
      @VirtualThreads ExecutorService threads,
      Clock clock) {
    this.topic = topics.events().name();
    this.identities = identities;
    this.consumers = consumers;
    this.deliveries = deliveries;
    this.backlogs = backlogs;
    this.progress = progress;
    this.threads = threads;
    this.clock = clock;
  }

  void start() {
    stopping = false;
    thread = Thread.ofVirtual().name("catch-up").start(this::runUntilStopped);
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
            threads.execute(() -> catchUp(partition));
          }
        }
        Thread.sleep(TICK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void catchUp(int partition) {
    try {
      List<UUID> due = backlogs.due(partition);
      Set<UUID> back = new HashSet<>(deliveries.reachable(due));
      due.stream()
          .filter(tenant -> !back.contains(tenant))
          .forEach(tenant -> backlogs.postpone(partition, tenant));
      if (!back.isEmpty()) {
        LOG.infof("partition=%d tenants=%d are back", partition, back.size());
        read(partition, back);
      }
    } catch (RuntimeException e) {
      LOG.warnf("partition=%d is caught up later: %s", partition, e);
      backlogs.due(partition).forEach(tenant -> backlogs.postpone(partition, tenant));
    } finally {
      running.remove(partition);
    }
  }

  private void read(int partition, Set<UUID> back) {
    TopicPartition source = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> reader = consumers.reader()) {
      reader.assign(List.of(source));
      moveToKept(reader, source, back);
      reader.seek(
          source,
          back.stream()
              .mapToLong(tenant -> backlogs.nextOffset(partition, tenant))
              .min()
              .orElse(0));
      while (isWorthwhile(partition, back)) {
        if (progress.of(partition).orElse(0) - reader.position(source) > LAST_STRETCH) {
          deliver(reader, source, back);
        } else {
          progress.exclusively(() -> finish(reader, source, back));
          return;
        }
      }
    }
  }

  /** What the topic does not keep any more cannot be delivered, and must not pass unnoticed. */
  private void moveToKept(
      KafkaConsumer<byte[], byte[]> reader, TopicPartition source, Set<UUID> back) {
    long earliest = Maps.require(reader.beginningOffsets(List.of(source)), source);
    long end = Maps.require(reader.endOffsets(List.of(source)), source);
    Instant earliestTime = clock.instant();
    if (earliest < end
        && back.stream()
            .anyMatch(tenant -> backlogs.nextOffset(source.partition(), tenant) < earliest)) {
      reader.seek(source, earliest);
      earliestTime =
          reader.poll(POLL).records(source).stream()
              .findFirst()
              .map(oldest -> Instant.ofEpochMilli(oldest.timestamp()))
              .orElse(earliestTime);
    }
    for (UUID tenant : back) {
      backlogs.moveToKept(source.partition(), tenant, earliest, end, earliestTime);
    }
  }

  private boolean isWorthwhile(int partition, Set<UUID> back) {
    return !stopping && !back.isEmpty() && progress.of(partition).isPresent();
  }

  /** The worker waits for this to end. */
  private void finish(KafkaConsumer<byte[], byte[]> reader, TopicPartition source, Set<UUID> back) {
    int empty = 0;
    OptionalLong goal = progress.of(source.partition());
    while (isWorthwhile(source.partition(), back) && reader.position(source) < goal.getAsLong()) {
      if (deliver(reader, source, back) == 0 && ++empty == EMPTY_POLLS) {
        back.forEach(tenant -> backlogs.postpone(source.partition(), tenant));
        return;
      }
    }
    if (isWorthwhile(source.partition(), back)) {
      requireSameTopic(source.partition());
      backlogs.close(source.partition(), back);
      LOG.infof("partition=%d tenants=%d have caught up", source.partition(), back.size());
    }
  }

  /** If the topic was replaced, the new one's messages and end say nothing of the former one's. */
  private void requireSameTopic(int partition) {
    identities.require(topic, backlogs.topic(partition).identity());
  }

  /**
   * Delivers what one poll brings of the tenants, up to where the worker is. One whose database is
   * away again is removed from the set.
   *
   * @return how many messages the poll has brought
   */
  private int deliver(KafkaConsumer<byte[], byte[]> reader, TopicPartition source, Set<UUID> back) {
    int partition = source.partition();
    List<ConsumerRecord<byte[], byte[]>> read = reader.poll(POLL).records(source);
    OptionalLong goal = progress.of(partition);
    if (read.isEmpty() || goal.isEmpty()) {
      return read.size();
    }
    requireSameTopic(partition);
    Map<Lane, List<ConsumerRecord<byte[], byte[]>>> messages =
        Deliveries.Sorted.of(read).only(lane -> back.contains(lane.tenant())).lanes();
    messages.replaceAll(
        (lane, list) ->
            list.stream()
                .filter(m -> m.offset() >= backlogs.nextOffset(partition, lane.tenant()))
                .filter(m -> m.offset() < goal.getAsLong())
                .toList());
    messages.values().removeIf(List::isEmpty);
    deliveries
        .deliver(backlogs.topic(partition).identity(), messages)
        .forEach(
            (lane, away) -> {
              back.remove(lane.tenant());
              backlogs.advance(partition, Set.of(lane.tenant()), away.offset());
              backlogs.postpone(partition, lane.tenant());
            });
    backlogs.advance(partition, back, Math.min(goal.getAsLong(), read.getLast().offset() + 1));
    return read.size();
  }
}
