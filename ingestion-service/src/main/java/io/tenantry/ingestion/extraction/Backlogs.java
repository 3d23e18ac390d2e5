package io.tenantry.ingestion.extraction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The tenants of this replica's partitions whose database is away, and from which offset on their
 * events are yet to be delivered. Written down before it holds, so that the group may go on without
 * them and nothing is forgotten.
 */
@Singleton
final class Backlogs {

  private final BacklogStore store;
  private final ExtractionConfig config;
  private final Clock clock;
  private final Map<Integer, Map<UUID, Behind>> behind = new HashMap<>();

  Backlogs(BacklogStore store, ExtractionConfig config, Clock clock, MeterRegistry meters) {
    this.store = store;
    this.config = config;
    this.clock = clock;
    Gauge.builder("tenantry.ingestion.tenants.behind", this, Backlogs::size)
        .description("Tenants of this replica's partitions whose database is away")
        .register(meters);
  }

  /** A tenant that is behind. */
  private static final class Behind {
    private long nextOffset;
    private Duration delay;
    private Instant due;

    Behind(long nextOffset, Duration delay, Instant due) {
      this.nextOffset = nextOffset;
      this.delay = delay;
      this.due = due;
    }
  }

  private synchronized int size() {
    return behind.values().stream().mapToInt(Map::size).sum();
  }

  /** Takes a partition over, with what is written down of it. */
  void load(int partition) {
    Map<UUID, Long> stored = store.load(partition);
    synchronized (this) {
      Map<UUID, Behind> tenants = new HashMap<>();
      stored.forEach(
          (tenant, offset) ->
              tenants.put(tenant, new Behind(offset, config.retryDelay(), clock.instant())));
      behind.put(partition, tenants);
    }
  }

  /** Leaves a partition to another replica. */
  synchronized void drop(int partition) {
    behind.remove(partition);
  }

  synchronized boolean contains(int partition, UUID tenant) {
    return behind.getOrDefault(partition, Map.of()).containsKey(tenant);
  }

  /** Notes that a tenant's events from an offset on are yet to be delivered. */
  void open(int partition, UUID tenant, long offset, String reason) {
    store.open(partition, tenant, offset, reason);
    synchronized (this) {
      behind
          .computeIfAbsent(partition, p -> new HashMap<>())
          .put(
              tenant,
              new Behind(offset, config.retryDelay(), clock.instant().plus(config.retryDelay())));
    }
  }

  /** The partitions with a tenant that is to be tried again now. */
  synchronized Set<Integer> duePartitions() {
    Set<Integer> partitions = new HashSet<>();
    behind.forEach(
        (partition, tenants) -> {
          if (tenants.values().stream().anyMatch(this::isDue)) {
            partitions.add(partition);
          }
        });
    return partitions;
  }

  /** The tenants of a partition that are to be tried again now. */
  synchronized List<UUID> due(int partition) {
    List<UUID> tenants = new ArrayList<>();
    behind
        .getOrDefault(partition, Map.of())
        .forEach(
            (tenant, entry) -> {
              if (isDue(entry)) {
                tenants.add(tenant);
              }
            });
    return tenants;
  }

  private boolean isDue(Behind entry) {
    return !clock.instant().isBefore(entry.due);
  }

  /** The offset of a tenant's first event that is not delivered; -1 if it is not behind. */
  synchronized long nextOffset(int partition, UUID tenant) {
    Behind entry = behind.getOrDefault(partition, Map.of()).get(tenant);
    return entry == null ? -1 : entry.nextOffset;
  }

  /** Tries a tenant again later, each time after twice the pause. */
  synchronized void postpone(int partition, UUID tenant) {
    Behind entry = behind.getOrDefault(partition, Map.of()).get(tenant);
    if (entry != null) {
      entry.due = clock.instant().plus(entry.delay);
      Duration twice = entry.delay.multipliedBy(2);
      entry.delay = twice.compareTo(config.maxRetryDelay()) < 0 ? twice : config.maxRetryDelay();
    }
  }

  /** Notes that tenants' events before an offset are delivered. */
  void advance(int partition, Set<UUID> tenants, long offset) {
    store.advance(partition, tenants, offset);
    synchronized (this) {
      tenants.forEach(
          tenant -> {
            Behind entry = behind.getOrDefault(partition, Map.of()).get(tenant);
            if (entry != null) {
              entry.nextOffset = Math.max(entry.nextOffset, offset);
              entry.delay = config.retryDelay();
            }
          });
    }
  }

  /** Notes that tenants are behind no more. */
  void close(int partition, Set<UUID> tenants) {
    store.close(partition, tenants);
    synchronized (this) {
      behind.getOrDefault(partition, new HashMap<>()).keySet().removeAll(tenants);
    }
  }
}
