package io.tenantry.kernel.runtime;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** Runs background tasks that are retried until they are done; they stop with the service. */
@Singleton
public final class BackgroundTasks {

  private static final Logger LOG = Logger.getLogger(BackgroundTasks.class);

  private final CountDownLatch ending = new CountDownLatch(1);

  void end(@Observes ShutdownEvent stopping) {
    ending.countDown();
  }

  /**
   * Starts a task on a thread of its own.
   *
   * @param pause how long to wait between attempts
   * @param attempt returns whether the task is done; an exception stops it
   */
  public void untilDone(String name, Duration pause, BooleanSupplier attempt) {
    Thread.ofVirtual().name(name).start(() -> repeat(name, pause, attempt));
  }

  private void repeat(String name, Duration pause, BooleanSupplier attempt) {
    try {
      while (!attempt.getAsBoolean() && pause(pause)) {
        LOG.debugf("retrying task=%s", name);
      }
    } catch (RuntimeException e) {
      LOG.errorf(e, "background task failed, not retrying task=%s", name);
    }
  }

  /** Waits; returns false if the service shuts down meanwhile. */
  public boolean pause(Duration pause) {
    try {
      return !ending.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the service is shutting down. */
  public boolean isShuttingDown() {
    return ending.getCount() == 0;
  }
}
