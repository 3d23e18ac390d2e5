package io.tenantry.kernel.runtime;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** What is done beside the requests and waits for something; it ends with the service. */
@Singleton
public final class BackgroundTasks {

  private static final Logger LOG = Logger.getLogger(BackgroundTasks.class);

  private final CountDownLatch ending = new CountDownLatch(1);

  void end(@Observes ShutdownEvent stopping) {
    ending.countDown();
  }

  /**
   * Begins a task on a thread of its own.
   *
   * @param pause how long to wait after an attempt that was not the last
   * @param attempt says whether all is done; with an exception it is given up
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

  /** Waits; false if the service ends meanwhile. */
  public boolean pause(Duration pause) {
    try {
      return !ending.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the service ends. */
  public boolean isEnding() {
    return ending.getCount() == 0;
  }
}
