package io.tenantry.operator.tenant;

import io.quarkus.runtime.ShutdownEvent;
import io.tenantry.operator.runtime.OperatorConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Compares all tenants with the list before, at each interval, and has changed ones reconciled. */
@Singleton
final class Comparison {

  private static final Logger LOG = Logger.getLogger(Comparison.class);

  private final Registry registry;
  private final Duration interval;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("comparison").factory());

  Comparison(Registry registry, OperatorConfig config) {
    this.registry = registry;
    this.interval = config.resync();
  }

  /** Starts to compare; a changed tenant's id is passed on. */
  void start(Consumer<UUID> changed) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> compare(changed),
            interval.toMillis(),
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void compare(Consumer<UUID> changed) {
    try {
      registry.refresh().forEach(changed);
    } catch (RuntimeException e) {
      // Whatever it is, the timer must go on.
      LOG.warnf("tenants not compared; retrying in %s s: %s", interval.toSeconds(), e.getMessage());
    }
  }

  void stop(@Observes ShutdownEvent event) {
    timer.shutdownNow();
  }
}
