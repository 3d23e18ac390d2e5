package io.tenantry.ingestion.usage;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Counts the events that this replica captures and delivers, by tenant and hour, in memory. The
 * counts are stored every few seconds, so a replica that is killed loses those of the last seconds;
 * nothing is counted twice, because a replica stores its total so far in rows of its own.
 */
@Singleton
public class UsageCounts {

  private static final Logger LOG = Logger.getLogger(UsageCounts.class);
  private static final long HOUR_SECONDS = Duration.ofHours(1).toSeconds();

  /** A count that is stored and was not changed for this long is removed from memory. */
  private static final Duration KEPT = Duration.ofHours(3);

  private final UsageCountStore store;
  private final Clock clock;
  private final UUID replica = UUID.randomUUID();
  private final Map<Key, Count> counts = new ConcurrentHashMap<>();

  UsageCounts(UsageCountStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  private record Key(UUID tenantId, Instant hour) {}

  private static final class Count {

    private final LongAdder eventsCaptured = new LongAdder();
    private final LongAdder bytesCaptured = new LongAdder();
    private final LongAdder eventsDelivered = new LongAdder();
    private final LongAdder bytesDelivered = new LongAdder();
    private volatile long stored;

    /** Rises with every count. */
    private long version() {
      return eventsCaptured.sum() + eventsDelivered.sum();
    }
  }

  /** Counts an event that was accepted. */
  public void captured(UUID tenantId, long bytes) {
    Count count = count(tenantId);
    // The number last: what is stored with a version then includes at least its bytes.
    count.bytesCaptured.add(bytes);
    count.eventsCaptured.increment();
  }

  /** Counts events that were stored in the tenant's database. */
  public void delivered(UUID tenantId, long events, long bytes) {
    if (events > 0) {
      Count count = count(tenantId);
      count.bytesDelivered.add(bytes);
      count.eventsDelivered.add(events);
    }
  }

  private Count count(UUID tenantId) {
    long seconds = clock.instant().getEpochSecond();
    return counts.computeIfAbsent(
        new Key(tenantId, Instant.ofEpochSecond(seconds - Math.floorMod(seconds, HOUR_SECONDS))),
        key -> new Count());
  }

  @Scheduled(
      every = "${tenantry.usage-counts.interval:10s}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void flush() {
    try {
      List<Changed> changed = changed();
      store.write(replica, changed.stream().map(Changed::total).toList());
      changed.forEach(each -> each.count().stored = each.version());
      Instant old = clock.instant().minus(KEPT);
      counts
          .entrySet()
          .removeIf(
              entry ->
                  entry.getKey().hour().isBefore(old)
                      && entry.getValue().stored == entry.getValue().version());
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("counts of usage could not be stored; they are kept and retried: %s", e);
    }
  }

  private record Changed(Count count, long version, UsageCountStore.Total total) {}

  private List<Changed> changed() {
    return counts.entrySet().stream()
        .flatMap(
            entry -> {
              Count count = entry.getValue();
              long version = count.version();
              return version == count.stored
                  ? Stream.<Changed>empty()
                  : Stream.of(
                      new Changed(
                          count,
                          version,
                          new UsageCountStore.Total(
                              entry.getKey().tenantId(),
                              entry.getKey().hour(),
                              count.eventsCaptured.sum(),
                              count.bytesCaptured.sum(),
                              count.eventsDelivered.sum(),
                              count.bytesDelivered.sum())));
            })
        .toList();
  }

  @Scheduled(every = "1h", delayed = "10m")
  @RunOnVirtualThread
  void prune() {
    try {
      store.prune();
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("old counts of usage could not be removed; retrying in 1h: %s", e);
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    flush();
  }
}
