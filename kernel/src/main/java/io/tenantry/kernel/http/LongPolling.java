package io.tenantry.kernel.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.tenantry.kernel.runtime.BackgroundTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Long polling: a request waits until an operation has ended, whichever replica works on it. All
 * requests that wait for one kind of operation share one query per {@link #INTERVAL} on each
 * replica, so waiting costs a virtual thread and no connection. When the service starts to drain,
 * all waiting ends.
 */
@Singleton
public final class LongPolling {

  private static final Logger LOG = Logger.getLogger(LongPolling.class);

  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final BackgroundTasks background;
  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private volatile boolean draining;

  LongPolling(BackgroundTasks background) {
    this.background = background;
  }

  /**
   * Watches one kind of operation.
   *
   * @param unfinished returns those of the given operations that have not ended; an unknown one has
   *     ended
   */
  public Watch watch(Function<UUID[], ? extends Collection<UUID>> unfinished) {
    Watch watch = new Watch(unfinished);
    watches.add(watch);
    return watch;
  }

  void drain(@Observes ShutdownDelayInitiatedEvent terminated) {
    release();
  }

  void stop(@Observes ShutdownEvent stopping) {
    release();
  }

  private void release() {
    draining = true;
    watches.forEach(Watch::release);
  }

  private record Waiter(UUID id, CountDownLatch end) {}

  /** The requests that wait for operations of one kind. */
  public final class Watch {

    private final Function<UUID[], ? extends Collection<UUID>> unfinished;
    private final Set<Waiter> waiters = new HashSet<>();
    private boolean polling;

    private Watch(Function<UUID[], ? extends Collection<UUID>> unfinished) {
      this.unfinished = unfinished;
    }

    /** Returns when the operation has ended, the time is over, or the service drains. */
    public void awaitEnd(UUID id, Duration time) {
      if (time.isZero() || unfinished.apply(new UUID[] {id}).isEmpty()) {
        return;
      }
      Waiter waiter = new Waiter(id, new CountDownLatch(1));
      if (!add(waiter)) {
        return;
      }
      try {
        boolean ended = waiter.end().await(time.toMillis(), TimeUnit.MILLISECONDS);
        LOG.debugf("waiting finished id=%s ended=%s", id, ended);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        remove(waiter);
      }
    }

    /** Returns false if the service drains. */
    private synchronized boolean add(Waiter waiter) {
      if (draining) {
        return false;
      }
      waiters.add(waiter);
      if (!polling) {
        polling = true;
        Thread.ofVirtual().name("long-polling").start(this::poll);
      }
      return true;
    }

    private synchronized void remove(Waiter waiter) {
      waiters.remove(waiter);
    }

    private synchronized void release() {
      waiters.forEach(waiter -> waiter.end().countDown());
    }

    private void poll() {
      while (background.pause(INTERVAL)) {
        Set<Waiter> current = current();
        if (current.isEmpty()) {
          return;
        }
        try {
          wakeEnded(current);
        } catch (RuntimeException e) {
          LOG.debugf(e, "operations could not be read; retrying waiters=%d", current.size());
        }
      }
    }

    /** The waiters; polling ends if there are none. */
    private synchronized Set<Waiter> current() {
      polling = !waiters.isEmpty();
      return Set.copyOf(waiters);
    }

    private void wakeEnded(Set<Waiter> current) {
      UUID[] ids = current.stream().map(Waiter::id).distinct().toArray(UUID[]::new);
      Set<UUID> remaining = Set.copyOf(unfinished.apply(ids));
      current.stream()
          .filter(waiter -> !remaining.contains(waiter.id()))
          .forEach(waiter -> waiter.end().countDown());
    }
  }
}
