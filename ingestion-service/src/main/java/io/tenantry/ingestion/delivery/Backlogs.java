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
 * The tenants of this replica's partitions whose database is not available, and from which offset
 * on their events are yet to be delivered. Stored before it holds, so that the group may go on
 * without them and nothing is forgotten. Of one topic: one that replaces it begins without.
 */
@Singleton
public class Backlogs {

  private static final Logger LOG = Logger.getLogger(Backlogs.class);

  private final BacklogStore store;
  private final ExtractionConfig config;
  private final Clock clock;
  private final LossMetrics losses;
  private final TopicsConfig topics;
  private final Map<Integer, Partition> behind = new HashMap<>();

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
        .description("Tenants of this replica's partitions whose database is away")
        .register(meters);
  }

  /** A partition of a topic, and its tenants that are behind. */
  private record Partition(KnownTopic topic, Map<UUID, Behind> tenants) {}

  private Behind behind(long offset, boolean labelled, Instant since) {
    return new Behind(
        offset,
        labelled,
        since,
        clock.instant(),
        Backoff.doubling(config.retryDelay(), config.maxRetryDelay()));
  }

  private synchronized int size() {
    return behind.values().stream().mapToInt(partition -> partition.tenants().size()).sum();
  }

  /** Begins with a topic: what is stored of one that it has replaced is lost, and reported. */
  void begin(KnownTopic topic) {
    store.begin(topic).ifPresent(tenants -> losses.reportReplaced(topic.name(), tenants));
  }

  /** Takes a partition over, with what is stored of it. */
  void load(int partition, KnownTopic topic) {
    Map<UUID, BacklogStore.Backlog> stored = store.load(partition, topic.identity());
    synchronized (this) {
      Map<UUID, Behind> tenants = new HashMap<>();
      stored.forEach(
          (tenant, backlog) ->
              tenants.put(
                  tenant, behind(backlog.nextOffset(), backlog.isLabelled(), backlog.since())));
      behind.put(partition, new Partition(topic, tenants));
    }
  }

  /** Leaves a partition to another replica. */
  synchronized void drop(int partition) {
    behind.remove(partition);
  }

  synchronized boolean contains(int partition, UUID tenant) {
    return tenants(partition).containsKey(tenant);
  }

  private Map<UUID, Behind> tenants(int partition) {
    Partition found = behind.get(partition);
    return found == null ? new HashMap<>() : found.tenants();
  }

  /** The topic of a partition that is this replica's. */
  synchronized KnownTopic topic(int partition) {
    Partition found = behind.get(partition);
    if (found == null) {
      throw new IllegalStateException("partition " + partition + " is not this replica's any more");
    }
    return found.topic();
  }

  /** Notes that a tenant's events from an offset on are yet to be delivered. */
  void open(int partition, UUID tenant, long offset, String reason) {
    store.open(partition, tenant, offset, reason, topic(partition));
    synchronized (this) {
      Partition found = behind.get(partition);
      if (found != null) {
        Behind entry = behind(offset, true, clock.instant());
        entry.postpone(clock.instant());
        found.tenants().put(tenant, entry);
      }
    }
  }

  /**
   * Makes sure that a tenant's next offset is one of the messages that the topic keeps. What it
   * does not keep any more is lost, and reported.
   *
   * @param earliest the offset of the oldest message that is kept
   * @param end the offset of the next message to come
   * @param earliestTime when the oldest message that is kept came
   */
  void moveToKept(int partition, UUID tenant, long earliest, long end, Instant earliestTime) {
    KnownTopic topic = topic(partition);
    Behind entry;
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
    } else if (entry.nextOffset() > end || !entry.isLabelled()) {
      // Of a log that was cut off, or of whichever topic a former version had: what is there
      // already
      // is not stored again.
      store.restart(partition, tenant, earliest, entry.since(), topic);
    } else {
      return;
    }
    synchronized (this) {
      entry.restart(earliest);
    }
  }

  /** The partitions with a tenant that is to be tried again now. */
  synchronized Set<Integer> duePartitions() {
    Set<Integer> partitions = new HashSet<>();
    behind.forEach(
        (partition, found) -> {
          if (found.tenants().values().stream().anyMatch(entry -> entry.isDue(clock.instant()))) {
            partitions.add(partition);
          }
        });
    return partitions;
  }

  /** The tenants of a partition that are to be tried again now. */
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
      LOG.warnf("old backlogs are pruned later: %s", e.getMessage());
    }
  }

  /** The offset of a tenant's first event that is not delivered; -1 if it is not behind. */
  synchronized long nextOffset(int partition, UUID tenant) {
    Behind entry = tenants(partition).get(tenant);
    return entry == null ? -1 : entry.nextOffset();
  }

  /** Tries a tenant again later, each time after twice the pause. */
  synchronized void postpone(int partition, UUID tenant) {
    Behind entry = tenants(partition).get(tenant);
    if (entry != null) {
      entry.postpone(clock.instant());
    }
  }

  /** Notes that tenants' events before an offset are delivered. */
  void advance(int partition, Set<UUID> tenants, long offset) {
    store.advance(partition, tenants, offset, topic(partition).identity());
    synchronized (this) {
      tenants.forEach(
          tenant -> {
            Behind entry = tenants(partition).get(tenant);
            if (entry != null) {
              entry.advance(offset);
            }
          });
    }
  }

  /** Notes that tenants are behind no more. */
  void close(int partition, Set<UUID> tenants) {
    store.close(partition, tenants, topic(partition).identity());
    synchronized (this) {
      tenants(partition).keySet().removeAll(tenants);
    }
  }
}
