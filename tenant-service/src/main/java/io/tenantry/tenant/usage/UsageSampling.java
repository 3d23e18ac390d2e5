package io.tenantry.tenant.usage;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Runs the sampler and the roll-up on one replica at a time. Time is that of the control database,
 * so that the replicas' clocks do not matter.
 */
@Singleton
@Startup
class UsageSampling {

  private static final Logger LOG = Logger.getLogger(UsageSampling.class);

  /** The control database waits that long at least for late counts of events. */
  private static final Duration MIN_HOURLY_RETENTION = Duration.ofDays(3);

  private static final Duration MAX_READ_INTERVAL = Duration.ofMinutes(30);

  /** A session, with its login and statements, ends within this time. */
  static final Duration LONGEST_SESSION = Duration.ofSeconds(45);

  /** New sessions are opened for this long; what is left is done in the next round. */
  private static final Duration LONGEST_ROUND = Duration.ofMinutes(1);

  private static final Duration STOPPING = Duration.ofSeconds(2);

  private final UUID replica = UUID.randomUUID();
  private final SamplerStore store;
  private final Sampler sampler;
  private final RollUp rollUp;
  private final RecoveryMode recovery;
  private final UsageConfig config;
  private volatile CompletableFuture<Void> rollingUp = CompletableFuture.completedFuture(null);
  private volatile long leasedUntil = System.nanoTime();
  private volatile boolean stopping;

  UsageSampling(
      SamplerStore store,
      Sampler sampler,
      RollUp rollUp,
      RecoveryMode recovery,
      UsageConfig config) {
    if (config.hourlyRetention().compareTo(MIN_HOURLY_RETENTION) < 0) {
      throw new ConfigurationException("USAGE_HOURLY_RETENTION is too short: set at least 3 days");
    }
    if (config.dailyRetention().compareTo(config.hourlyRetention()) < 0) {
      throw new ConfigurationException(
          "USAGE_DAILY_RETENTION is too short: set at least USAGE_HOURLY_RETENTION");
    }
    if (config.readInterval().compareTo(MAX_READ_INTERVAL) > 0) {
      throw new ConfigurationException("USAGE_READ_INTERVAL is too long: set at most 30 minutes");
    }
    this.store = store;
    this.sampler = sampler;
    this.rollUp = rollUp;
    this.recovery = recovery;
    this.config = config;
  }

  @Scheduled(
      every = "${tenantry.usage.poll-interval}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void run() {
    try {
      if (config.sampling() && !recovery.active()) {
        runWithLease();
      }
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("usage could not be sampled; retrying in %s: %s", config.pollInterval(), e);
    }
  }

  private void runWithLease() {
    long start = System.nanoTime();
    Optional<Instant> now = store.lease(replica, config.lease());
    if (now.isEmpty()) {
      return;
    }
    leasedUntil = start + config.lease().toNanos();
    long end = start + LONGEST_ROUND.toNanos();
    var unused =
        sampler.start(
            new Sampler.Round(
                replica,
                now.get(),
                () -> !stopping && System.nanoTime() - end < 0 && leaseOutlasts(LONGEST_SESSION)));
    if (rollingUp.isDone()) {
      rollingUp =
          CompletableFuture.runAsync(
              () -> rollUp.run(replica, now.get()), Thread::startVirtualThread);
    }
  }

  private boolean leaseOutlasts(Duration session) {
    return System.nanoTime() + session.toNanos() - leasedUntil < 0;
  }

  /** The next replica starts at once, unless sessions of this one are still open. */
  void stop(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent ending) {
    stopping = true;
    if (!leaseOutlasts(Duration.ZERO)) {
      return;
    }
    try {
      CompletableFuture.allOf(sampler.inProgress(), rollingUp)
          .get(STOPPING.toMillis(), TimeUnit.MILLISECONDS);
      store.release(replica);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | DatabaseUnavailable | SqlError e) {
      LOG.debugf("lease of the sampler not released; it expires soon: %s", e.getMessage());
    }
  }
}
