package io.tenantry.tenant.webhook.delivery;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.kernel.runtime.ShutdownOrder;
import io.tenantry.tenant.webhook.endpoint.WebhookConfig;
import io.tenantry.tenant.webhook.event.FactLog;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Queues each recorded fact for the endpoints that want it. One replica at a time does so, in the
 * order of the facts.
 */
@Singleton
final class FanOut {

  private static final Logger LOG = Logger.getLogger(FanOut.class);

  /** Deliveries that are created in one transaction, in a second or less. */
  private static final int BATCH = 2000;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration STOPPING = Duration.ofSeconds(2);

  private final FanOutStore store;
  private final Dispatcher dispatcher;
  private final FactLog facts;
  private final RecoveryMode recovery;
  private final WebhookConfig config;
  private final Clock clock;
  private final Semaphore work = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("webhook-fan-out").unstarted(this::run);
  private volatile boolean stopping;

  FanOut(
      FanOutStore store,
      Dispatcher dispatcher,
      FactLog facts,
      RecoveryMode recovery,
      WebhookConfig config,
      Clock clock) {
    this.store = store;
    this.dispatcher = dispatcher;
    this.facts = facts;
    this.recovery = recovery;
    this.config = config;
    this.clock = clock;
  }

  void start(@Observes StartupEvent started) {
    if (config.delivery()) {
      facts.onRecorded(work::release);
      thread.start();
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent ending)
      throws InterruptedException {
    stopping = true;
    work.release();
    thread.join(STOPPING);
  }

  private void run() {
    try {
      while (!stopping) {
        Duration pause = config.pollInterval();
        try {
          if (queueFacts() > 0) {
            continue;
          }
        } catch (DatabaseUnavailable | SqlError e) {
          LOG.warnf("webhook events could not be queued; retrying in %s: %s", RETRY, e);
          pause = RETRY;
        } catch (RuntimeException e) {
          LOG.errorf(e, "webhook events could not be queued; retrying in %s", RETRY);
          pause = RETRY;
        }
        boolean unused = work.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        work.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int queueFacts() {
    if (recovery.active()) {
      return 0;
    }
    FanOutStore.Queued queued = store.queue(clock.instant(), BATCH, config.endpointsPerTenant());
    if (queued.deliveries() > 0) {
      dispatcher.wake();
    }
    return queued.events();
  }
}
