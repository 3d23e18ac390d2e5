package io.tenantry.ingestion.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.ingestion.loss.Loss;
import io.tenantry.ingestion.loss.LossMetrics;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.TopicsConfig;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.Backoff;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The backlogs of this replica's partitions: the tenants whose database is unavailable, with the
 * offset of the first event that is not delivered. A backlog is stored before the group commits
 * past it, so that no event is skipped. Backlogs belong to one topic; a topic that replaces it
 * starts without backlogs.
 */
@Singleton
public class Backlogs {

  private static final Logger LOG = Logger.getLogger(Backlogs.class);

  private final BacklogStore store;
  private final ExtractionConfig config;
  private final Clock clock;
  private final LossMetrics losses;
  private final TopicsConfig topics;
  private final Map<Integer, Partition> byPartition = new HashMap<>();

  Backlogs(
      BacklogStore store,
      ExtractionConfig config,
      Clock clock,
      LossMetrics losses,
      TopicsConfig topics,
      MeterRegistry meters) {
    this.topics = topics;
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.losses = losses;
    Gauge.builder("tenantry.ingestion.tenants.behind", this, Backlogs::size)
        .description("Tenants of this replica's partitions whose database is unavailable")
        .register(meters);
  }

  /** A partition of a topic, with its backlogs by tenant. */
  private record Partition(KnownTopic topic, Map<UUID, TenantBacklog> tenants) {}

  private TenantBacklog newBacklog(long offset, boolean isTopicKnown, Instant since) {
    return new TenantBacklog(
        offset,
        isTopicKnown,
        since,
        clock.instant(),
        Backoff.doubling(config.retryDelay(), config.maxRetryDelay()));
  }

  private synchronized int size() {
    return byPartition.values().stream().mapToInt(partition -> partition.tenants().size()).sum();
  }

  /**
   * Starts a topic. If it replaced another one, the backlogs of that topic are reported as lost.
   */
  void start(KnownTopic topic) {
    store.start(topic).ifPresent(tenants -> losses.reportReplaced(topic.name(), tenants));
  }

  /** Loads the stored backlogs of a partition that was assigned to this replica. */
  void load(int partition, KnownTopic topic) {
    Map<UUID, BacklogStore.Backlog> stored = store.load(partition, topic.identity());
    synchronized (this) {
      Map<UUID, TenantBacklog> tenants = new HashMap<>();
      stored.forEach(
          (tenant, backlog) ->
              tenants.put(
                  tenant,
                  newBacklog(backlog.nextOffset(), backlog.isTopicKnown(), backlog.since())));
      byPartition.put(partition, new Partition(topic, tenants));
    }
  }

  /** Drops a partition that was revoked from this replica. */
  synchronized void drop(int partition) {
    byPartition.remove(partition);
  }

  synchronized boolean contains(int partition, UUID tenant) {
    return tenants(partition).containsKey(tenant);
  }

  private Map<UUID, TenantBacklog> tenants(int partition) {
    Partition found = byPartition.get(partition);
    return found == null ? new HashMap<>() : found.tenants();
  }

  /** The topic of a partition that is assigned to this replica. */
  synchronized KnownTopic topic(int partition) {
    Partition found = byPartition.get(partition);
    if (found == null) {
      throw new IllegalStateException(
          "partition " + partition + " is no longer assigned to this replica");
    }
    return found.topic();
  }

  /** Opens a backlog: the tenant's events from this offset on are delivered later. */
  void open(int partition, UUID tenant, long offset, String reason) {
    store.open(partition, tenant, offset, reason, topic(partition));
    synchronized (this) {
      Partition found = byPartition.get(partition);
      if (found != null) {
        TenantBacklog entry = newBacklog(offset, true, clock.instant());
        entry.postpone(clock.instant());
        found.tenants().put(tenant, entry);
      }
    }
  }

  /**
   * Moves a tenant's backlog past events that the topic no longer keeps. They are lost, and
   * reported.
   *
   * @param earliest the offset of the oldest message that is kept
   * @param end the offset of the next message to be written
   * @param earliestTime the timestamp of the oldest message that is kept
   */
  void skipDeleted(int partition, UUID tenant, long earliest, long end, Instant earliestTime) {
    KnownTopic topic = topic(partition);
    TenantBacklog entry;
    synchronized (this) {
      entry = tenants(partition).get(tenant);
    }
    if (entry == null) {
      return;
    }
    if (entry.nextOffset() < earliest) {
      Loss loss =
          new Loss(
              Optional.of(tenant),
              topic,
              partition,
              entry.nextOffset(),
              earliest,
              Optional.of(entry.since()),
              earliestTime);
      if (store.skip(loss)) {
        losses.report(loss);
      }
    } else if (entry.nextOffset() > end || !entry.isTopicKnown()) {
      // The log was truncated, or an earlier version stored the offset without its topic. Events
      // that are already stored are not stored again.
      store.resetOffset(partition, tenant, earliest, entry.since(), topic);
    } else {
      return;
    }
    synchronized (this) {
      entry.resetOffset(earliest);
    }
  }

  /** The partitions with a backlog that is due. */
  synchronized Set<Integer> duePartitions() {
    Set<Integer> partitions = new HashSet<>();
    byPartition.forEach(
        (partition, found) -> {
          if (found.tenants().values().stream().anyMatch(entry -> entry.isDue(clock.instant()))) {
            partitions.add(partition);
          }
        });
    return partitions;
  }

  /** The tenants of a partition whose backlog is due. */
  synchronized List<UUID> due(int partition) {
    List<UUID> due = new ArrayList<>();
    tenants(partition)
        .forEach(
            (tenant, entry) -> {
              if (entry.isDue(clock.instant())) {
                due.add(tenant);
              }
            });
    return due;
  }

  @Scheduled(every = "6h", delayed = "10m")
  @RunOnVirtualThread
  void prune() {
    try {
      store.prune(clock.instant().minus(topics.events().retention()));
    } catch (TenantryException | SqlError e) {
      LOG.warnf("pruning of lost backlogs failed; retrying in 6h: %s", e.getMessage());
    }
  }

  /** The offset of a tenant's first undelivered event; -1 if it has no backlog. */
  synchronized long nextOffset(int partition, UUID tenant) {
    TenantBacklog entry = tenants(partition).get(tenant);
    return entry == null ? -1 : entry.nextOffset();
  }

  /** Schedules the next attempt, after twice the previous delay. */
  synchronized void postpone(int partition, UUID tenant) {
    TenantBacklog entry = tenants(partition).get(tenant);
    if (entry != null) {
      entry.postpone(clock.instant());
    }
  }

  /** Records that the tenants' events before this offset are delivered. */
  void advance(int partition, Set<UUID> tenants, long offset) {
    store.advance(partition, tenants, offset, topic(partition).identity());
    synchronized (this) {
      tenants.forEach(
          tenant -> {
            TenantBacklog entry = tenants(partition).get(tenant);
            if (entry != null) {
              entry.advance(offset);
            }
          });
    }
  }

  /** Closes backlogs whose events are all delivered. */
  void close(int partition, Set<UUID> tenants) {
    store.close(partition, tenants, topic(partition).identity());
    synchronized (this) {
      tenants(partition).keySet().removeAll(tenants);
    }
  }
}
