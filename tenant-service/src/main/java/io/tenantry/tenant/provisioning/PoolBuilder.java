package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.provisioning.PoolStore.PoolKey;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Builds entries of the warm pool, a few in parallel. */
@Singleton
final class PoolBuilder {

  private static final Logger LOG = Logger.getLogger(PoolBuilder.class);

  private final PoolConfig config;
  private final PoolStore store;
  private final Steps steps;
  private final Leases leases;
  private final TenantIds ids;
  private final SecureRandom random;
  private final MeterRegistry metrics;
  private final Map<PoolKey, AtomicInteger> sizes = new ConcurrentHashMap<>();

  PoolBuilder(
      PoolConfig config,
      PoolStore store,
      Steps steps,
      Leases leases,
      TenantIds ids,
      SecureRandom random,
      MeterRegistry metrics) {
    this.config = config;
    this.store = store;
    this.steps = steps;
    this.leases = leases;
    this.ids = ids;
    this.random = random;
    this.metrics = metrics;
  }

  /** A blueprint and cluster for which the pool keeps entries. */
  record PoolTarget(Blueprint blueprint, Cluster cluster) {

    PoolKey key() {
      return PoolKey.of(blueprint, cluster);
    }
  }

  /** Updates the gauges of ready entries; targets that are no longer kept are set to 0. */
  void measure(Set<PoolKey> kept) {
    sizes.forEach((key, size) -> size.set(kept.contains(key) ? store.ready(key) : 0));
  }

  /** Builds the missing entries of a target. */
  void fill(PoolTarget target) {
    PoolKey key = target.key();
    AtomicInteger size = sizes.computeIfAbsent(key, this::gauge);
    boolean more;
    do {
      List<LocationPlan> locations =
          Stream.generate(
                  () ->
                      LocationPlan.planned(
                          ids.next(), target.blueprint(), target.cluster(), random))
              .limit(config.builders())
              .toList();
      List<LocationPlan> planned = locations.subList(0, store.plan(key, config.size(), locations));
      List<Boolean> results = new ArrayList<>();
      inParallel(
          planned.stream()
              .map(
                  location ->
                      () -> {
                        boolean success = build(location);
                        synchronized (results) {
                          results.add(success);
                        }
                      }));
      size.set(store.ready(key));
      // After a failure the next refill retries, instead of this loop.
      more = results.size() == config.builders() && !results.contains(false);
    } while (more);
  }

  private boolean build(LocationPlan location) {
    try {
      return leases.whileHeld(
          location.tenantId(),
          () -> {
            steps.build(location);
            if (!store.makeReady(location)) {
              throw new IllegalStateException("the lease expired and another replica took over");
            }
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warnf(e, "pool entry could not be built; retrying later tenant=%s", location.tenantId());
      discard(location);
      return false;
    }
  }

  private void discard(LocationPlan location) {
    try {
      // Also if the entry was deleted: only this replica knows what it created after another one's
      // undo.
      steps.undo(location.target(), Expected.of(location.tenantId(), Purpose.POOL));
      store.discard(location.tenantId());
    } catch (RuntimeException e) {
      LOG.debugf(
          e, "pool entry not removed; retrying after its lease tenant=%s", location.tenantId());
    }
  }

  static void inParallel(Stream<Runnable> work) {
    CompletableFuture.allOf(
            work.map(one -> CompletableFuture.runAsync(one, Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  private AtomicInteger gauge(PoolKey key) {
    return Optional.ofNullable(
            metrics.gauge(
                "tenantry.pool.size",
                Tags.of(
                    "blueprint", key.blueprint(),
                    "version", key.version(),
                    "cluster", key.cluster()),
                new AtomicInteger()))
        .orElseThrow();
  }
}
