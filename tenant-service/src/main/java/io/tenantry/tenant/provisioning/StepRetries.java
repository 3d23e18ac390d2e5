package io.tenantry.tenant.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.runtime.BackgroundTasks;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The retry policies of the provisioning steps of a job. */
@Singleton
final class StepRetries {

  private final Config config;
  private final BackgroundTasks background;

  StepRetries(Config config, BackgroundTasks background) {
    this.config = config;
    this.background = background;
  }

  /** The retry policy of this step. */
  RetryPolicy of(StepName step) {
    return switch (step) {
      case CLAIM, ROLE, DATABASE, GRANTS, VERIFICATION -> policy(config.database());
      case SCHEMA -> policy(config.schema());
      // The client of the services retries each call itself.
      case SERVICES -> RetryPolicy.doubling(1, Duration.ofSeconds(1), Duration.ofSeconds(1));
      case ACTIVATION -> policy(config.keys());
    };
  }

  /** Waits; false if the service is shutting down. */
  boolean pause(Duration pause) {
    return background.pause(pause);
  }

  private static RetryPolicy policy(Config.Operation operation) {
    return RetryPolicy.doubling(operation.attempts(), operation.delay(), operation.maxDelay());
  }

  /** The attempts of each operation, and the delays between them. */
  @ConfigMapping(prefix = "tenantry.retries")
  interface Config {

    /** The steps role, database, grants and verification. */
    Operation database();

    /** The step schema. */
    Operation schema();

    /** The step activation, which stores the API keys. */
    Operation keys();

    /** The retries of an operation. */
    interface Operation {

      /** The maximum number of attempts. */
      @WithDefault("2")
      int attempts();

      /** The delay after the first attempt; it doubles with each further attempt. */
      Duration delay();

      /** The maximum delay. */
      Duration maxDelay();
    }
  }
}
