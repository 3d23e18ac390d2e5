package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.BlueprintAccepted;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.provisioning.PoolStore.Shelf;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Keeps the warm pool full, in the background: removes entries that are of no use any more, and
 * makes what is missing, a few at a time. Claims come first: making an entry takes PostgreSQL many
 * times what a claim takes, so a burst of them is let pass before it begins.
 */
@Singleton
class PoolRefill {

  private static final Logger LOG = Logger.getLogger(PoolRefill.class);

  /** A burst is over when no claim came for so long. */
  private static final Duration QUIET = Duration.ofMillis(300);

  /** The longest burst that is let pass. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final PoolConfig config;
  private final PoolStore store;
  private final Steps steps;
  private final Leases leases;
  private final PoolRemoval removal;
  private final Blueprints blueprints;
  private final Clusters clusters;
  private final TenantIds ids;
  private final SecureRandom random;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final RecoveryMode mode;
  private final Map<Shelf, AtomicInteger> sizes = new ConcurrentHashMap<>();
  private final ReentrantLock working = new ReentrantLock();
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile Instant lastClaim = Instant.EPOCH;

  PoolRefill(
      PoolConfig config,
      PoolStore store,
      Steps steps,
      Leases leases,
      PoolRemoval removal,
      Blueprints blueprints,
      Clusters clusters,
      TenantIds ids,
      SecureRandom random,
      MeterRegistry metrics,
      Clock clock,
      RecoveryMode mode) {
    this.config = config;
    this.store = store;
    this.steps = steps;
    this.leases = leases;
    this.removal = removal;
    this.blueprints = blueprints;
    this.clusters = clusters;
    this.ids = ids;
    this.random = random;
    this.metrics = metrics;
    this.clock = clock;
    this.mode = mode;
  }

  @Scheduled(
      every = "${tenantry.pool.interval:2s}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void refillRegularly() {
    wake();
  }

  void refill(@Observes BlueprintAccepted news) {
    wake();
  }

  /** Has the pool looked after when the burst of claims is over that this one is part of. */
  void claimed() {
    lastClaim = clock.instant();
    wake();
  }

  private void wake() {
    if (!asked.getAndSet(true)) {
      Thread.ofVirtual().name("pool-refill").start(this::refillWhenQuiet);
    }
  }

  private void refillWhenQuiet() {
    Instant patience = clock.instant().plus(PATIENCE);
    try {
      Instant due = lastClaim.plus(QUIET);
      for (Instant now = clock.instant();
          now.isBefore(due) && now.isBefore(patience);
          now = clock.instant()) {
        Thread.sleep(Duration.between(now, due));
        due = lastClaim.plus(QUIET);
      }
      refillOnce();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One replica's work is done by one thread; whoever comes meanwhile leaves it to that one. */
  private void refillOnce() {
    asked.set(true);
    while (asked.get() && working.tryLock()) {
      try {
        asked.set(false);
        refill();
      } catch (RuntimeException e) {
        LOG.warnf(e, "the pool could not be refilled; it is tried again");
      } finally {
        working.unlock();
      }
    }
  }

  private void refill() {
    if (mode.active()) {
      return;
    }
    Map<Shelf, Stock> wanted = wanted();
    // What is on a cluster whose access cannot be used now may be wanted later.
    store.discardOthers(wanted.keySet(), clusters.unusable());
    // Those of one cluster after the other, and no cluster waits for another.
    clusters.onEach(
        "its pool is neither filled nor emptied",
        cluster -> {
          cluster.requireUsable();
          removeDiscarded(cluster.name());
          wanted.forEach(
              (shelf, stock) -> {
                if (shelf.cluster().equals(cluster.name())) {
                  fill(shelf, stock);
                }
              });
        });
    sizes.forEach((shelf, size) -> size.set(wanted.containsKey(shelf) ? store.ready(shelf) : 0));
  }

  /** What a shelf is filled with. */
  private record Stock(Blueprint blueprint, Cluster cluster) {}

  private Map<Shelf, Stock> wanted() {
    Map<Shelf, Stock> wanted = new LinkedHashMap<>();
    if (config.size() > 0) {
      List<Cluster> taking = clusters.taking();
      for (String name : config.blueprints()) {
        blueprints.find(name).stream()
            .flatMap(blueprint -> taking.stream().map(cluster -> new Stock(blueprint, cluster)))
            .forEach(stock -> wanted.put(Shelf.of(stock.blueprint(), stock.cluster()), stock));
      }
    }
    return wanted;
  }

  private void removeDiscarded(String cluster) {
    List<TenantDatabase> discarded;
    do {
      discarded = store.takeDiscarded(cluster, config.builders());
      inParallel(discarded.stream().map(target -> () -> removal.tryToRemove(target)));
    } while (!discarded.isEmpty());
  }

  private void fill(Shelf shelf, Stock stock) {
    AtomicInteger size = sizes.computeIfAbsent(shelf, this::gauge);
    boolean more;
    do {
      List<Home> homes =
          Stream.generate(
                  () -> Home.planned(ids.next(), stock.blueprint(), stock.cluster(), random))
              .limit(config.builders())
              .toList();
      List<Home> planned = homes.subList(0, store.plan(shelf, config.size(), homes));
      List<Boolean> made = new ArrayList<>();
      inParallel(
          planned.stream()
              .map(
                  home ->
                      () -> {
                        boolean success = make(home);
                        synchronized (made) {
                          made.add(success);
                        }
                      }));
      size.set(store.ready(shelf));
      // After a failure it is left to the next round, rather than tried on and on.
      more = made.size() == config.builders() && !made.contains(false);
    } while (more);
  }

  private boolean make(Home home) {
    try {
      return leases.whileHeld(
          home.tenantId(),
          () -> {
            steps.make(home);
            if (!store.makeReady(home)) {
              throw new IllegalStateException("the lease ran out and another replica took over");
            }
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warnf(e, "tenant=%s could not be made for the pool", home.tenantId());
      giveUp(home);
      return false;
    }
  }

  private void giveUp(Home home) {
    try {
      // Also where the entry is gone: what was made after another's undo, only this replica knows.
      steps.undo(home.target(), Purpose.POOL);
      store.discard(home.tenantId());
    } catch (RuntimeException e) {
      LOG.debugf(e, "tenant=%s is removed when its lease has run out", home.tenantId());
    }
  }

  private static void inParallel(Stream<Runnable> work) {
    CompletableFuture.allOf(
            work.map(one -> CompletableFuture.runAsync(one, Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  private AtomicInteger gauge(Shelf shelf) {
    return Optional.ofNullable(
            metrics.gauge(
                "tenantry.pool.size",
                Tags.of(
                    "blueprint", shelf.blueprint(),
                    "version", shelf.version(),
                    "cluster", shelf.cluster()),
                new AtomicInteger()))
        .orElseThrow();
  }
}
