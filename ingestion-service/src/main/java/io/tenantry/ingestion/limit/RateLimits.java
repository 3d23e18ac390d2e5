package io.tenantry.ingestion.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Enforces rate limits, on each replica separately. A decision never blocks: limits that override
 * the configured one are read in the background, and refreshed regularly.
 */
@Singleton
public class RateLimits {

  private static final Logger LOG = Logger.getLogger(RateLimits.class);

  private final LimitStore store;
  private final LimitsConfig config;
  private final Clock clock;
  private final ExecutorService threads;
  private final ConcurrentHashMap<Subject, Meter> meters = new ConcurrentHashMap<>();

  RateLimits(
      LimitStore store, LimitsConfig config, Clock clock, @VirtualThreads ExecutorService threads) {
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.threads = threads;
  }

  /** A subject's token bucket and the limit it was created for. */
  private static final class Meter {

    private final Bucket bucket;
    private final AtomicReference<Instant> lookedUp;
    private volatile Limit limit;
    private volatile Instant used;

    Meter(Limit limit, Instant now) {
      this.limit = limit;
      this.bucket = Bucket.builder().addLimit(bandwidth(limit)).build();
      this.lookedUp = new AtomicReference<>(Instant.EPOCH);
      this.used = now;
    }

    void change(Limit to) {
      if (!to.equals(limit)) {
        bucket.replaceConfiguration(
            BucketConfiguration.builder().addLimit(bandwidth(to)).build(),
            TokensInheritanceStrategy.RESET);
        limit = to;
      }
    }

    private static Bandwidth bandwidth(Limit limit) {
      return Bandwidth.builder()
          .capacity(limit.events())
          .refillGreedy(limit.events(), limit.period())
          .build();
    }
  }

  /**
   * Decides whether a number of events is accepted, and counts them if so. A number above the whole
   * limit is accepted if no event arrived for a period.
   */
  public RateLimitDecision tryAccept(Subject subject, int events) {
    Instant now = clock.instant();
    Meter meter = meters.computeIfAbsent(subject, s -> new Meter(configuredLimit(s), now));
    meter.used = now;
    refresh(subject, meter, now);
    Limit limit = meter.limit;
    ConsumptionProbe probe =
        meter.bucket.tryConsumeAndReturnRemaining(Math.clamp(events, 1, limit.events()));
    return new RateLimitDecision(
        probe.isConsumed() ? RateLimitDecision.Effect.ALLOWED : RateLimitDecision.Effect.REFUSED,
        subject.kind().toString(),
        limit.events(),
        limit.period().toSeconds(),
        probe.getRemainingTokens(),
        probe.isConsumed()
            ? 0
            : Math.ceilDiv(probe.getNanosToWaitForRefill(), TimeUnit.SECONDS.toNanos(1)));
  }

  private Limit configuredLimit(Subject subject) {
    LimitsConfig.Rate rate =
        switch (subject.kind()) {
          case TENANT -> config.tenant();
          case INSTANCE -> config.instance();
        };
    return new Limit(rate.events(), rate.period());
  }

  private void refresh(Subject subject, Meter meter, Instant now) {
    Instant last = meter.lookedUp.get();
    if (now.isAfter(last.plus(config.refresh())) && meter.lookedUp.compareAndSet(last, now)) {
      threads.execute(() -> lookUp(subject, meter));
    }
  }

  private void lookUp(Subject subject, Meter meter) {
    try {
      meter.change(store.find(subject).orElseGet(() -> configuredLimit(subject)));
    } catch (TenantryException | SqlError e) {
      LOG.debugf(
          "lookup of a rate limit failed; retrying later kind=%s: %s",
          subject.kind(), e.getMessage());
    }
  }

  /** The current limit of a subject, read from the database. */
  Limit current(Subject subject) {
    Limit limit = store.find(subject).orElseGet(() -> configuredLimit(subject));
    Meter meter = meters.get(subject);
    if (meter != null) {
      meter.change(limit);
    }
    return limit;
  }

  @Scheduled(every = "10m", delayed = "10m")
  @RunOnVirtualThread
  void removeUnused() {
    Instant limit = clock.instant().minusSeconds(600);
    meters.values().removeIf(meter -> meter.used.isBefore(limit));
  }
}
