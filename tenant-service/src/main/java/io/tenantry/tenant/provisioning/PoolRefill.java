package io.tenantry.tenant.provisioning;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.blueprint.BlueprintAccepted;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.provisioning.PoolBuilder.PoolTarget;
import io.tenantry.tenant.provisioning.PoolStore.PoolKey;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps the warm pool full in the background: removes outdated entries and builds missing ones, a
 * few in parallel. Claims have priority: building an entry costs PostgreSQL many times more than a
 * claim, so a refill waits for a burst of claims to end.
 */
@Singleton
class PoolRefill {

  private static final Logger LOG = Logger.getLogger(PoolRefill.class);

  /** The time without claims after which a burst has ended. */
  private static final Duration QUIET_PERIOD = Duration.ofMillis(300);

  /** The maximum delay of a refill by a burst of claims. */
  private static final Duration MAX_DELAY = Duration.ofSeconds(3);

  private final PoolConfig config;
  private final PoolStore store;
  private final PoolBuilder builder;
  private final PoolRemoval removal;
  private final Blueprints blueprints;
  private final Clusters clusters;
  private final Clock clock;
  private final RecoveryMode mode;
  private final ReentrantLock working = new ReentrantLock();
  private final AtomicBoolean requested = new AtomicBoolean();
  private volatile Instant lastClaim = Instant.EPOCH;

  PoolRefill(
      PoolConfig config,
      PoolStore store,
      PoolBuilder builder,
      PoolRemoval removal,
      Blueprints blueprints,
      Clusters clusters,
      Clock clock,
      RecoveryMode mode) {
    this.config = config;
    this.store = store;
    this.builder = builder;
    this.removal = removal;
    this.blueprints = blueprints;
    this.clusters = clusters;
    this.clock = clock;
    this.mode = mode;
  }

  @Scheduled(
      every = "${tenantry.pool.interval:2s}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void refillRegularly() {
    requestRefill();
  }

  void refill(@Observes BlueprintAccepted news) {
    requestRefill();
  }

  /** Requests a refill after the current burst of claims. */
  void recordClaim() {
    lastClaim = clock.instant();
    requestRefill();
  }

  private void requestRefill() {
    if (!requested.getAndSet(true)) {
      Thread.ofVirtual().name("pool-refill").start(this::refillWhenQuiet);
    }
  }

  private void refillWhenQuiet() {
    Instant deadline = clock.instant().plus(MAX_DELAY);
    try {
      Instant due = lastClaim.plus(QUIET_PERIOD);
      for (Instant now = clock.instant();
          now.isBefore(due) && now.isBefore(deadline);
          now = clock.instant()) {
        Thread.sleep(Duration.between(now, due));
        due = lastClaim.plus(QUIET_PERIOD);
      }
      refillOnce();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs in one thread per replica; concurrent requests are left to the running thread. */
  private void refillOnce() {
    requested.set(true);
    while (requested.get() && working.tryLock()) {
      try {
        requested.set(false);
        refill();
      } catch (RuntimeException e) {
        LOG.warnf(e, "the warm pool could not be refilled; retrying");
      } finally {
        working.unlock();
      }
    }
  }

  private void refill() {
    if (mode.active()) {
      return;
    }
    List<PoolTarget> wanted = wanted();
    Set<PoolKey> keys =
        wanted.stream().map(PoolTarget::key).collect(Collectors.toUnmodifiableSet());
    // Entries on clusters whose access is currently invalid may be needed later.
    store.discardOthers(keys, clusters.unusable());
    // Sequentially per cluster, in parallel across clusters.
    clusters.runOnEach(
        "warm pool not refilled; retrying",
        cluster -> {
          cluster.requireUsable();
          removeDiscarded(cluster.name());
          wanted.stream()
              .filter(target -> target.cluster().name().equals(cluster.name()))
              .forEach(builder::fill);
        });
    builder.measure(keys);
  }

  private List<PoolTarget> wanted() {
    if (config.size() == 0) {
      return List.of();
    }
    List<Cluster> open = clusters.withFreeCapacity();
    return config.blueprints().stream()
        .flatMap(name -> blueprints.find(name).stream())
        .flatMap(blueprint -> open.stream().map(cluster -> new PoolTarget(blueprint, cluster)))
        .toList();
  }

  private void removeDiscarded(String cluster) {
    List<TenantDatabase> discarded;
    do {
      discarded = store.takeDiscarded(cluster, config.builders());
      PoolBuilder.inParallel(discarded.stream().map(target -> () -> removal.tryToRemove(target)));
    } while (!discarded.isEmpty());
  }
}
