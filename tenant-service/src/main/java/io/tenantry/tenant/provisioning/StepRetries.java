package io.tenantry.tenant.provisioning;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.job.RetryPolicy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How often a job tries each step of a provisioning, and the pauses between. */
@Singleton
final class StepRetries {

  private final Config config;
  private final CountDownLatch stopped = new CountDownLatch(1);

  StepRetries(Config config) {
    this.config = config;
  }

  void stop(@Observes ShutdownEvent stopping) {
    stopped.countDown();
  }

  /** How often this step is tried. */
  RetryPolicy of(StepName step) {
    return switch (step) {
      case CLAIM, ROLE, DATABASE, GRANTS, VERIFICATION -> policy(config.database());
      case SCHEMA -> policy(config.schema());
      // Each call to a service is tried again where it is made.
      case SERVICES -> RetryPolicy.doubling(1, Duration.ofSeconds(1), Duration.ofSeconds(1));
      case ACTIVATION -> policy(config.keys());
    };
  }

  /** Waits; false if the service ends meanwhile. */
  boolean pause(Duration pause) {
    try {
      return !stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static RetryPolicy policy(Config.Operation operation) {
    return RetryPolicy.doubling(operation.attempts(), operation.delay(), operation.maxDelay());
  }

  /** Each operation's attempts, and the first and the longest pause between them. */
  @ConfigMapping(prefix = "tenantry.retries")
  interface Config {

    /** Role, database, grants and the login that tries them. */
    Operation database();

    /** A schema with all that is in it. */
    Operation schema();

    /** Keys, and the transaction that stores them. */
    Operation keys();

    /** One operation's. */
    interface Operation {

      /** How often it is tried, in all. */
      @WithDefault("2")
      int attempts();

      /** The pause after the first attempt; it doubles. */
      Duration delay();

      /** The longest pause. */
      Duration maxDelay();
    }
  }
}
