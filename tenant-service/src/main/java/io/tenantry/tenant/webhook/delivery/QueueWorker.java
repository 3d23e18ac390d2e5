package io.tenantry.tenant.webhook.delivery;

import io.tenantry.tenant.webhook.delivery.ClaimedQueue.DueDelivery;
import io.tenantry.tenant.webhook.delivery.RequestLimits.Permits;
import io.tenantry.tenant.webhook.endpoint.EndpointSecrets;
import io.tenantry.tenant.webhook.event.Messages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Sends the due deliveries of one claimed queue, several at a time. It stops early when the
 * endpoint must not be called now, and before the lease ends; what is left stays due.
 */
final class QueueWorker {

  private static final Logger LOG = Logger.getLogger(QueueWorker.class);

  private final ClaimedQueue queue;
  private final EndpointSecrets secrets;
  private final MessageSender sender;
  private final DeliveryRules rules;
  private final Consumer<AttemptResult> results;
  private final Clock clock;
  private final LongSupplier remaining;
  private final Pace pace;
  private final Queue<List<DueDelivery>> chains;
  private EndpointHealth health;
  private boolean busy;

  /**
   * @param results gets each result
   * @param remaining in how many nanoseconds an attempt may still start; 0 or less if none may
   */
  QueueWorker(
      ClaimedQueue queue,
      EndpointSecrets secrets,
      MessageSender sender,
      DeliveryRules rules,
      Consumer<AttemptResult> results,
      Clock clock,
      LongSupplier remaining) {
    this.queue = queue;
    this.secrets = secrets;
    this.sender = sender;
    this.rules = rules;
    this.results = results;
    this.clock = clock;
    this.remaining = remaining;
    this.pace = new Pace(queue.endpoint().rateLimit());
    this.chains =
        new ArrayDeque<>(
            queue.endpoint().ordered()
                ? byTenant(queue.deliveries())
                : queue.deliveries().stream().map(List::of).toList());
    this.health = queue.health();
  }

  /** In an ordered queue, each tenant's deliveries are sent one after the other. */
  private static Collection<List<DueDelivery>> byTenant(List<DueDelivery> deliveries) {
    Map<Optional<UUID>, List<DueDelivery>> chains = new LinkedHashMap<>();
    deliveries.forEach(
        delivery ->
            chains.computeIfAbsent(delivery.tenantId(), tenant -> new ArrayList<>()).add(delivery));
    return chains.values();
  }

  /**
   * Sends until nothing is left or the endpoint must not be called.
   *
   * @param atOnce the limit of requests in flight; one for a failing endpoint
   * @param permits what each request needs
   * @return the endpoint's health afterwards
   */
  QueueRelease run(int atOnce, Permits permits) {
    int threads = health.isFailing() ? 1 : Math.min(atOnce, chains.size());
    List<Thread> others = new ArrayList<>();
    for (int n = 1; n < threads; n++) {
      others.add(Thread.startVirtualThread(() -> sendChains(permits)));
    }
    sendChains(permits);
    for (Thread other : others) {
      join(other);
    }
    return new QueueRelease(queue, healthAtEnd());
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized EndpointHealth healthAtEnd() {
    Optional<Instant> next =
        busy ? Optional.of(clock.instant().plusSeconds(1)) : pace.next(clock.instant());
    return next.filter(at -> health.notBefore().filter(at::isBefore).isEmpty())
        .map(health::heldBackUntil)
        .orElse(health);
  }

  private void sendChains(Permits permits) {
    try {
      for (List<DueDelivery> chain = next(); !chain.isEmpty(); chain = next()) {
        for (DueDelivery delivery : chain) {
          if (!maySend() || !pace.await(remaining) || !send(delivery, permits)) {
            break;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<DueDelivery> next() {
    List<DueDelivery> chain = maySend() ? chains.poll() : null;
    return chain == null ? List.of() : chain;
  }

  private synchronized boolean maySend() {
    boolean turnedBad = health.isFailing() && !queue.health().isFailing();
    return remaining.getAsLong() > 0
        && !busy
        && !turnedBad
        && !health.isHeldBackAt(clock.instant());
  }

  /** Returns whether the delivery was accepted, so that the next one of its chain may follow. */
  private boolean send(DueDelivery delivery, Permits permits) throws InterruptedException {
    if (!permits.acquire(remaining)) {
      return false;
    }
    Optional<Attempt> attempt;
    try {
      if (!maySend()) {
        return false;
      }
      attempt = attempt(delivery);
    } finally {
      permits.release();
    }
    attempt.ifPresentOrElse(made -> record(delivery, made), this::noteBusy);
    return attempt.filter(Attempt::succeeded).isPresent();
  }

  private Optional<Attempt> attempt(DueDelivery delivery) {
    Instant start = clock.instant();
    try {
      return sender.send(
          queue.endpoint(), secrets, Messages.id(delivery.deliveryId()), delivery.payload());
    } catch (RuntimeException e) {
      // It is retried by the schedule, and not at once again and again.
      LOG.errorf(
          e,
          "webhook message could not be sent endpoint=%s delivery=%s",
          queue.endpoint().endpointId(),
          delivery.deliveryId());
      return Optional.of(
          new Attempt(
              start,
              Duration.between(start, clock.instant()),
              Optional.empty(),
              Optional.of("The request could not be made."),
              Optional.empty(),
              Optional.empty()));
    }
  }

  private synchronized void record(DueDelivery delivery, Attempt attempt) {
    health = rules.assess(health, attempt);
    results.accept(new AttemptResult(delivery, attempt, rules.decide(delivery.step(), attempt)));
  }

  private synchronized void noteBusy() {
    busy = true;
  }

  /** The times of requests under a rate limit, spread evenly. */
  private static final class Pace {

    private final long nanos;
    private long next = System.nanoTime();

    Pace(Optional<Integer> perSecond) {
      this.nanos = perSecond.map(limit -> TimeUnit.SECONDS.toNanos(1) / limit).orElse(0L);
    }

    /** Waits for the next time; returns false if it is too late then. */
    boolean await(LongSupplier remaining) throws InterruptedException {
      if (nanos == 0) {
        return true;
      }
      long wait;
      synchronized (this) {
        long now = System.nanoTime();
        wait = Math.max(0, next - now);
        next = Math.max(now, next) + nanos;
      }
      Thread.sleep(Duration.ofNanos(wait));
      return remaining.getAsLong() > 0;
    }

    /** When the next request may be made; empty without a limit. */
    synchronized Optional<Instant> next(Instant now) {
      return nanos == 0
          ? Optional.empty()
          : Optional.of(now.plusNanos(Math.max(0, next - System.nanoTime())));
    }
  }
}
