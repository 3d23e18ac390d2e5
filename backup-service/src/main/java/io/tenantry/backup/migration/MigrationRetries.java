package io.tenantry.backup.migration;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.runtime.Backoff;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Decides when a deferred migration is retried. */
@Singleton
public final class MigrationRetries {

  private final MigrationConfig config;

  MigrationRetries(MigrationConfig config) {
    this.config = config;
  }

  /**
   * The delay before the next attempt; empty if no attempts are left.
   *
   * @param attempts the number of attempts so far
   */
  public Optional<Duration> nextDelay(MigrationResult.Deferred deferred, int attempts) {
    int limit =
        deferred.code() == ErrorCode.MIGRATION_BLOCKED
            ? config.attempts()
            : config.attemptsUnavailable();
    return attempts >= limit
        ? Optional.empty()
        : Optional.of(
            Backoff.doubling(config.retryDelay(), config.maxRetryDelay())
                .jittered(attempts, ThreadLocalRandom.current()));
  }
}
