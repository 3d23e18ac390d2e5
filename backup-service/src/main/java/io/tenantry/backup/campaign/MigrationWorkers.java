package io.tenantry.backup.campaign;

import io.tenantry.backup.migration.MigrationResult;
import io.tenantry.kernel.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Migrates several tenants at the same time, each on its own virtual thread. */
final class MigrationWorkers implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(MigrationWorkers.class);

  /** Tenants claimed per worker, so that no worker waits for the control database. */
  private static final int CLAIMS_PER_WORKER = 2;

  /** How long finished tenants are collected, so that one commit records many. */
  private static final Duration COLLECT_TIME = Duration.ofMillis(50);

  private final int parallelism;
  private final Semaphore permits;
  private final Function<ClaimedTenant, MigrationResult> work;
  private final Map<UUID, Thread> threads = new ConcurrentHashMap<>();
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();

  MigrationWorkers(int parallelism, Function<ClaimedTenant, MigrationResult> work) {
    this.parallelism = parallelism;
    this.permits = new Semaphore(parallelism);
    this.work = work;
  }

  /** A tenant and the result of its migration. */
  record Finished(ClaimedTenant claimed, MigrationResult result) {}

  /** How many more tenants can be started. */
  int freeSlots() {
    return Math.max(0, parallelism * CLAIMS_PER_WORKER - threads.size());
  }

  /** Whether nothing is in progress. */
  boolean isIdle() {
    return threads.isEmpty() && finished.isEmpty();
  }

  /** The tenants in progress. */
  Set<UUID> tenants() {
    return Set.copyOf(threads.keySet());
  }

  void start(Collection<ClaimedTenant> claimed) {
    for (ClaimedTenant one : claimed) {
      Thread thread =
          Thread.ofVirtual().name("migration-" + one.tenantId()).unstarted(() -> run(one));
      threads.put(one.tenantId(), thread);
      thread.start();
    }
  }

  private void run(ClaimedTenant claimed) {
    try {
      permits.acquire();
      try {
        finished.add(new Finished(claimed, work.apply(claimed)));
      } finally {
        permits.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.errorf(e, "migration failed unexpectedly tenant=%s", claimed.tenantId());
      finished.add(
          new Finished(
              claimed,
              new MigrationResult.Failed(
                  ErrorCode.INTERNAL_ERROR,
                  "Unexpected error; look for the tenant's id in the service's log.")));
    } finally {
      threads.remove(claimed.tenantId());
    }
  }

  /** Waits for finished tenants, and collects those that finish shortly after the first. */
  List<Finished> poll(Duration timeout) throws InterruptedException {
    List<Finished> some = new ArrayList<>();
    long wait = timeout.toNanos();
    Finished next = finished.poll(wait, TimeUnit.NANOSECONDS);
    long last = System.nanoTime() + COLLECT_TIME.toNanos();
    while (next != null) {
      some.add(next);
      wait = isIdle() || some.size() >= parallelism ? 0 : last - System.nanoTime();
      next = finished.poll(wait, TimeUnit.NANOSECONDS);
    }
    return some;
  }

  /** Interrupts the migrations of tenants whose lease was lost. */
  void interrupt(Collection<UUID> tenants) {
    for (UUID tenant : tenants) {
      Thread thread = threads.get(tenant);
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  /** Waits for all tenants in progress up to the timeout; returns the finished ones. */
  List<Finished> awaitAll(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    for (Thread thread : List.copyOf(threads.values())) {
      thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
    List<Finished> some = new ArrayList<>();
    finished.drainTo(some);
    return some;
  }

  @Override
  public void close() {
    interrupt(tenants());
  }
}
