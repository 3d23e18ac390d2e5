package io.tenantry.operator.runtime;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs actions for work that takes longer than expected, such as reporting progress. */
@Singleton
public final class Later {

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("later").factory());

  /** Runs an action after a delay, unless the result is closed before. */
  public Pending after(Duration delay, Runnable action) {
    Pending pending = new Pending(action);
    pending.future = timer.schedule(pending::run, delay.toMillis(), TimeUnit.MILLISECONDS);
    return pending;
  }

  void stop(@Observes ShutdownEvent event) {
    timer.shutdownNow();
  }

  /** An action that did not run yet. */
  public static final class Pending implements AutoCloseable {

    private final Runnable action;
    private volatile @Nullable ScheduledFuture<?> future;
    private boolean closed;

    private Pending(Runnable action) {
      this.action = action;
    }

    private synchronized void run() {
      if (!closed) {
        action.run();
      }
    }

    /** Cancels the action; afterwards it is not running. */
    @Override
    public synchronized void close() {
      closed = true;
      ScheduledFuture<?> scheduled = future;
      if (scheduled != null) {
        scheduled.cancel(false);
      }
    }
  }
}
