package io.tenantry.backup.campaign;

import io.tenantry.backup.migration.Outcome;
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

/** Migrates several tenants at once, each on a thread of its own. */
final class Crew implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Crew.class);

  /** So that nobody waits for the control database to name the next tenant. */
  private static final int AHEAD = 2;

  /** A record costs more than a tenant's row in it, and less than those ahead take meanwhile. */
  private static final Duration GATHERING = Duration.ofMillis(50);

  private final int parallelism;
  private final Semaphore places;
  private final Function<Claimed, Outcome> work;
  private final Map<UUID, Thread> atWork = new ConcurrentHashMap<>();
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();

  Crew(int parallelism, Function<Claimed, Outcome> work) {
    this.parallelism = parallelism;
    this.places = new Semaphore(parallelism);
    this.work = work;
  }

  /** A tenant and what came of it. */
  record Ended(Claimed claimed, Outcome outcome) {}

  /** How many more it takes. */
  int room() {
    return Math.max(0, parallelism * AHEAD - atWork.size());
  }

  /** Whether nothing is in progress. */
  boolean isIdle() {
    return atWork.isEmpty() && ended.isEmpty();
  }

  /** The tenants in progress. */
  Set<UUID> tenants() {
    return Set.copyOf(atWork.keySet());
  }

  void begin(Collection<Claimed> claimed) {
    for (Claimed one : claimed) {
      Thread thread =
          Thread.ofVirtual().name("migration-" + one.tenantId()).unstarted(() -> run(one));
      atWork.put(one.tenantId(), thread);
      thread.start();
    }
  }

  private void run(Claimed claimed) {
    try {
      places.acquire();
      try {
        ended.add(new Ended(claimed, work.apply(claimed)));
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.errorf(e, "tenant=%s could not be migrated", claimed.tenantId());
      ended.add(
          new Ended(
              claimed,
              new Outcome.Failed(
                  ErrorCode.INTERNAL_ERROR,
                  "An unexpected error; the service's log has it under the tenant's id.")));
    } finally {
      atWork.remove(claimed.tenantId());
    }
  }

  /** What has ended, after a wait if nothing has; what ends right after it belongs to it. */
  List<Ended> await(Duration longest) throws InterruptedException {
    List<Ended> some = new ArrayList<>();
    long patience = longest.toNanos();
    Ended next = ended.poll(patience, TimeUnit.NANOSECONDS);
    long last = System.nanoTime() + GATHERING.toNanos();
    while (next != null) {
      some.add(next);
      patience = isIdle() || some.size() >= parallelism ? 0 : last - System.nanoTime();
      next = ended.poll(patience, TimeUnit.NANOSECONDS);
    }
    return some;
  }

  /** Stops work on tenants that are somebody else's by now. */
  void stop(Collection<UUID> tenants) {
    for (UUID tenant : tenants) {
      Thread thread = atWork.get(tenant);
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  /** Waits for what is in progress, for so long; returns what has ended. */
  List<Ended> finish(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    for (Thread thread : List.copyOf(atWork.values())) {
      thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
    List<Ended> some = new ArrayList<>();
    ended.drainTo(some);
    return some;
  }

  @Override
  public void close() {
    stop(tenants());
  }
}
