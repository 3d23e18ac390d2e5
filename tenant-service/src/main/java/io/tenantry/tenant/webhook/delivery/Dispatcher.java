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
 * endpoint that does not answer delays no other; endpoints that fail every time share a part of the
 * requests in flight of their own.
 */
@Singleton
class Dispatcher {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);

  /** The limit of queues and of deliveries of one queue that are claimed together. */
  private static final int QUEUES = 200;

  private static final int DELIVERIES = 32;

  /** The limit of claimed deliveries, which are in memory. */
  private static final int MOST_CLAIMED = 20_000;

  /** Of the requests in flight, those to failing endpoints are at most this part. */
  private static final int FAILING_PART = 4;

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
  private final Semaphore permits;
  private final Semaphore failingPermits;
  private final AtomicInteger claimed = new AtomicInteger();
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
    this.store = store;
    this.results = results;
    this.metrics = metrics;
    this.sender = sender;
    this.rules = rules;
    this.recovery = recovery;
    this.config = config;
    this.clock = clock;
    this.permits = new Semaphore(config.maxInFlight(), true);
    this.failingPermits = new Semaphore(Math.max(1, config.maxInFlight() / FAILING_PART), true);
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
    while (claimed.get() > 0 && System.nanoTime() < end) {
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
        }
        boolean unused = work.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        work.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int claimQueues() {
    int room = Math.min(QUEUES, (MOST_CLAIMED - claimed.get()) / DELIVERIES);
    if (room <= 0 || recovery.active()) {
      return 0;
    }
    long start = System.nanoTime();
    Instant now = clock.instant();
    List<ClaimedQueue> queues = store.claim(now, config.lease(), room, DELIVERIES);
    for (ClaimedQueue queue : queues) {
      claimed.addAndGet(queue.deliveries().size());
      Thread.startVirtualThread(() -> work(queue, start));
    }
    return queues.size();
  }

  private void work(ClaimedQueue queue, long start) {
    try {
      results.release(deliver(queue, start));
    } finally {
      claimed.addAndGet(-queue.deliveries().size());
    }
  }

  private QueueRelease deliver(ClaimedQueue queue, long start) {
    EndpointSecrets secrets;
    try {
      secrets = store.secrets(queue);
    } catch (KeyRing.UndecryptableException e) {
      LOG.errorf(
          "the secrets of a webhook endpoint cannot be decrypted: no matching key endpoint=%s",
          queue.endpoint().endpointId());
      return new QueueRelease(
          queue, queue.health().heldBackUntil(clock.instant().plus(Duration.ofMinutes(1))));
    }
    // An attempt that starts in the first third of the lease ends in the second, and is stored in
    // the last.
    long end = start + config.lease().toNanos() / 3;
    return new QueueWorker(
            queue,
            secrets,
            sender,
            rules,
            this::record,
            clock,
            () -> !stopping && System.nanoTime() < end)
        .run(
            config.maxInFlightPerEndpoint(), queue.health().isFailing() ? failingPermits : permits);
  }

  private void record(AttemptResult result) {
    metrics.count(result);
    results.add(result);
  }
}
