package io.tenantry.tenant.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.runtime.BackgroundTasks;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How often a job tries each step of a provisioning, and the pauses between. */
@Singleton
final class StepRetries {

  private final Config config;
  private final BackgroundTasks background;

  StepRetries(Config config, BackgroundTasks background) {
    this.config = config;
    this.background = background;
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
    return background.pause(pause);
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
