package io.tenantry.tenant.webhook.delivery;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.kernel.runtime.ShutdownOrder;
import io.tenantry.tenant.webhook.endpoint.EndpointSecrets;
import io.tenantry.tenant.webhook.endpoint.WebhookConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Claims queues with due deliveries and sends them. Each queue has a worker of its own, so that an
 * endpoint that does not answer delays no other; endpoints that fail every time are claimed apart
 * from the others.
 */
@Singleton
class Dispatcher {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);

  /** The limit of queues and of deliveries of one queue that are claimed together. */
  private static final int QUEUES = 200;

  private static final int DELIVERIES = 32;

  /** The limit of claimed deliveries, which are in memory. */
  private static final int MOST_CLAIMED = 20_000;

  /** The limit of queues of failing endpoints that are claimed together. */
  private static final int FAILING_QUEUES = QUEUES / 4;

  /** Longer than any retry takes. */
  private static final Duration LEAST_RETENTION = Duration.ofDays(5);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration STOPPING = Duration.ofSeconds(2);

  private final QueueStore store;
  private final ResultWriter results;
  private final DeliveryMetrics metrics;
  private final MessageSender sender;
  private final DeliveryRules rules;
  private final RecoveryMode recovery;
  private final WebhookConfig config;
  private final Clock clock;
  private final Semaphore work = new Semaphore(0);
  private final RequestLimits limits;
  private final AtomicInteger claimed = new AtomicInteger();
  private final AtomicInteger claimedFailing = new AtomicInteger();
  private final Thread thread = Thread.ofVirtual().name("webhook-dispatcher").unstarted(this::run);
  private volatile boolean stopping;

  Dispatcher(
      QueueStore store,
      ResultWriter results,
      DeliveryMetrics metrics,
      MessageSender sender,
      DeliveryRules rules,
      RecoveryMode recovery,
      WebhookConfig config,
      Clock clock) {
    if (config.lease().compareTo(config.timeout().multipliedBy(3)) < 0) {
      throw new ConfigurationException(
          "tenantry.webhooks.lease must be at least three times WEBHOOK_TIMEOUT");
    }
    if (config.retention().compareTo(LEAST_RETENTION) < 0) {
      throw new ConfigurationException("WEBHOOK_RETENTION must be at least five days");
    }
    this.store = store;
    this.results = results;
    this.metrics = metrics;
    this.sender = sender;
    this.rules = rules;
    this.recovery = recovery;
    this.config = config;
    this.clock = clock;
    this.limits = new RequestLimits(config.maxInFlight(), config.timeout());
  }

  void start(@Observes StartupEvent started) {
    if (config.delivery()) {
      results.start(this::wake);
      thread.start();
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent ending)
      throws InterruptedException {
    stopping = true;
    wake();
    long end = System.nanoTime() + STOPPING.toNanos();
    // Requests in flight after that are made again by the next holder of the lease.
    while (claimed.get() + claimedFailing.get() > 0 && System.nanoTime() < end) {
      Thread.sleep(Duration.ofMillis(20));
    }
  }

  /** Announces due deliveries, so that they need not wait for the poll. */
  void wake() {
    work.release();
  }

  private void run() {
    try {
      while (!stopping) {
        Duration pause = config.pollInterval();
        try {
          if (claimQueues() == QUEUES) {
            continue;
          }
        } catch (DatabaseUnavailable | SqlError e) {
          LOG.warnf("webhook queues could not be claimed; retrying in %s: %s", RETRY, e);
          pause = RETRY;
        } catch (RuntimeException e) {
          LOG.errorf(e, "webhook queues could not be claimed; retrying in %s", RETRY);
          pause = RETRY;
        }
        boolean unused = work.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        work.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int claimQueues() {
    if (results.isBehind() || recovery.active()) {
      return 0;
    }
    long start = System.nanoTime();
    Instant now = clock.instant();
    // Twice as many as may be called at once: the second half need not wait longer than a timeout.
    int failing =
        Math.min(
            FAILING_QUEUES,
            2 * RequestLimits.doubtful(config.maxInFlight()) - claimedFailing.get());
    if (failing > 0) {
      store
          .claimFailing(now, config.lease(), failing)
          .forEach(queue -> start(queue, claimedFailing, start));
    }
    int room = Math.min(QUEUES, (MOST_CLAIMED - claimed.get()) / DELIVERIES);
    if (room <= 0) {
      return 0;
    }
    List<ClaimedQueue> queues = store.claim(now, config.lease(), room, DELIVERIES);
    queues.forEach(queue -> start(queue, claimed, start));
    return queues.size();
  }

  private void start(ClaimedQueue queue, AtomicInteger counter, long start) {
    counter.addAndGet(queue.deliveries().size());
    Thread.startVirtualThread(
        () -> {
          try {
            results.release(deliver(queue, start));
          } catch (RuntimeException e) {
            LOG.errorf(
                e, "webhook queue failed; retrying endpoint=%s", queue.endpoint().endpointId());
            results.release(heldBack(queue));
          } finally {
            counter.addAndGet(-queue.deliveries().size());
          }
        });
  }

  private QueueRelease deliver(ClaimedQueue queue, long start) {
    EndpointSecrets secrets;
    try {
      secrets = store.secrets(queue);
    } catch (KeyRing.UndecryptableException e) {
      LOG.errorf(
          "the secrets of a webhook endpoint cannot be decrypted: no matching key endpoint=%s",
          queue.endpoint().endpointId());
      return heldBack(queue);
    }
    // An attempt that starts in the first third of the lease ends in the second, and is stored in
    // the last.
    long end = start + config.lease().toNanos() / 3;
    return new QueueWorker(
            queue,
            secrets,
            sender,
            rules,
            result -> record(queue, result),
            clock,
            () -> stopping ? 0 : end - System.nanoTime())
        .run(
            config.maxInFlightPerEndpoint(),
            limits.of(queue.endpoint(), queue.health().isFailing()));
  }

  private QueueRelease heldBack(ClaimedQueue queue) {
    return new QueueRelease(
        queue, queue.health().heldBackUntil(clock.instant().plus(Duration.ofMinutes(1))));
  }

  private void record(ClaimedQueue queue, AttemptResult result) {
    limits.note(queue.endpoint().endpointId(), result.attempt().latency());
    metrics.count(result);
    results.add(result);
  }
}
