package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
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

/** Makes entries of the warm pool, a few at a time. */
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

  /** What the pool keeps entries of. */
  record PoolTarget(Blueprint blueprint, Cluster cluster) {

    PoolKey key() {
      return PoolKey.of(blueprint, cluster);
    }
  }

  /** Measures how many entries are ready, and none of what the pool does not keep any more. */
  void measure(Set<PoolKey> kept) {
    sizes.forEach((key, size) -> size.set(kept.contains(key) ? store.ready(key) : 0));
  }

  /** Makes the entries that are missing. */
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
      // After a failure it is left to the next round, rather than tried on and on.
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
              throw new IllegalStateException("the lease ran out and another replica took over");
            }
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warnf(e, "tenant=%s could not be made for the pool", location.tenantId());
      discard(location);
      return false;
    }
  }

  private void discard(LocationPlan location) {
    try {
      // Also where the entry is gone: what was made after another's undo, only this replica knows.
      steps.undo(location.target(), Purpose.POOL);
      store.discard(location.tenantId());
    } catch (RuntimeException e) {
      LOG.debugf(e, "tenant=%s is removed when its lease has run out", location.tenantId());
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
