package io.tenantry.tenant.orphan;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.IdentityMismatch;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.orphan.Orphan.Action;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes orphans that leases and rollbacks left behind. It automatically removes only objects that
 * never held a tenant's data, only after two searches found them, and only up to a limit. Objects
 * that may hold a tenant's data are reported, and quarantined on request.
 */
@Singleton
class Reaper {

  private static final Logger LOG = Logger.getLogger(Reaper.class);

  private final OrphanSearch search;
  private final Clusters clusters;
  private final ReaperConfig config;
  private final RecoveryMode mode;
  private final AtomicInteger waiting;
  private Set<String> seenBefore = Set.of();

  Reaper(
      OrphanSearch search,
      Clusters clusters,
      ReaperConfig config,
      RecoveryMode mode,
      MeterRegistry metrics) {
    this.search = search;
    this.clusters = clusters;
    this.config = config;
    this.mode = mode;
    this.waiting = metrics.gauge("tenantry.orphans", new AtomicInteger());
  }

  @Scheduled(
      every = "${tenantry.reaper.interval}",
      delayed = "30s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void reapRegularly() {
    try {
      List<Orphan> orphans = search.find().items();
      waiting.set(orphans.size());
      if (!mode.active()) {
        removeSeenTwice(orphans);
      }
    } catch (RuntimeException e) {
      LOG.warnf(e, "search for orphans failed; retrying at the next interval");
    }
  }

  private synchronized void removeSeenTwice(List<Orphan> orphans) {
    List<Orphan> removable =
        orphans.stream()
            .filter(orphan -> orphan.action() == Action.REMOVE)
            .filter(orphan -> seenBefore.contains(orphan.key()))
            .toList();
    seenBefore = orphans.stream().map(Orphan::key).collect(Collectors.toUnmodifiableSet());
    orphans.stream()
        .filter(orphan -> orphan.action() != Action.REMOVE)
        .forEach(
            orphan ->
                LOG.warnf(
                    "orphan not removed: it may hold a tenant's data %s=%s cluster=%s purpose=%s",
                    orphan.kind(),
                    orphan.name(),
                    orphan.cluster(),
                    orphan.purpose().orElse("none")));
    if (removable.size() > config.maxRemovals()) {
      LOG.errorf(
          "too many orphans to remove; none is removed, check `tenantctl orphans list` orphans=%d tenantry.reaper.max-removals=%d",
          removable.size(), config.maxRemovals());
      return;
    }
    removable.forEach(this::handle);
  }

  /** All orphans, on every cluster. */
  OrphanSearch.Found find() {
    return search.find();
  }

  /** All orphans on one cluster. */
  List<Orphan> findOn(String cluster) {
    return search.find(clusters.named(cluster));
  }

  /**
   * Removes orphans that never held a tenant's data, and quarantines the others; returns those that
   * were removed or quarantined.
   *
   * @param concerned receives the tenants that the orphans belong to, before anything is changed
   * @throws io.tenantry.kernel.error.TenantryException {@code RECOVERY_MODE}
   */
  OrphanSearch.Found reap(Consumer<Set<UUID>> concerned) {
    mode.requireNormal();
    OrphanSearch.Found found = search.find();
    concerned.accept(
        found.items().stream()
            .filter(orphan -> orphan.action() != Orphan.Action.KEEP)
            .flatMap(orphan -> orphan.tenantId().stream())
            .collect(Collectors.toUnmodifiableSet()));
    return new OrphanSearch.Found(
        found.items().stream().filter(this::handle).toList(), found.unchecked());
  }

  private boolean handle(Orphan orphan) {
    try {
      return switch (orphan.action()) {
        case REMOVE -> remove(orphan);
        case QUARANTINE -> quarantine(orphan);
        case KEEP -> false;
      };
    } catch (IdentityMismatch e) {
      LOG.warnf("orphan not removed %s=%s: %s", orphan.kind(), orphan.name(), e.getMessage());
      return false;
    } catch (DatabaseUnavailable e) {
      // The other orphans may be on available clusters.
      LOG.warnf(
          "orphan not removed; retrying at the next interval %s=%s: %s",
          orphan.kind(), orphan.name(), e.getMessage());
      return false;
    } catch (SqlError e) {
      // For example a role that owns objects in another database; it is not forced.
      LOG.warnf(
          "orphan not removed: PostgreSQL refuses %s=%s: %s",
          orphan.kind(), orphan.name(), e.getMessage());
      return false;
    }
  }

  private boolean remove(Orphan orphan) {
    Cluster cluster = clusters.named(orphan.cluster());
    Expected expected =
        orphan
            .tenantId()
            .map(tenant -> Expected.of(tenant, Purpose.POOL, Purpose.PROVISIONING))
            .orElse(Expected.withoutTenant(Purpose.PROVISIONING));
    switch (orphan.kind()) {
      case SCHEMA -> {
        cluster.schemas().drop(orphan.name(), expected);
        cluster.logins().drop(tenant(orphan), orphan.name());
      }
      case DATABASE -> cluster.dropDatabase(orphan.name(), expected);
      case ROLE -> cluster.logins().drop(tenant(orphan), OrphanSearch.withoutSuffix(orphan.name()));
    }
    LOG.warnf("orphan removed %s=%s cluster=%s", orphan.kind(), orphan.name(), orphan.cluster());
    return true;
  }

  private boolean quarantine(Orphan orphan) {
    Cluster cluster = clusters.named(orphan.cluster());
    UUID tenant = tenant(orphan);
    switch (orphan.kind()) {
      case DATABASE ->
          LOG.warnf(
              "orphan quarantined database=%s cluster=%s new_name=%s",
              orphan.name(), orphan.cluster(), cluster.quarantine(tenant, orphan.name()));
      case SCHEMA -> {
        cluster.schemas().quarantine(tenant, orphan.name());
        LOG.warnf("orphan quarantined schema=%s cluster=%s", orphan.name(), orphan.cluster());
      }
      case ROLE -> {
        return false;
      }
    }
    return true;
  }

  private static UUID tenant(Orphan orphan) {
    return orphan.tenantId().orElseThrow();
  }
}
