package io.tenantry.backup.migration;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.runtime.Backoff;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** When a deferred migration is tried again. */
@Singleton
public final class Retries {

  private final MigrationConfig config;

  Retries(MigrationConfig config) {
    this.config = config;
  }

  /**
   * The pause before the next attempt; empty if there were enough.
   *
   * @param attempts how many there were
   */
  public Optional<Duration> after(Outcome.Deferred deferred, int attempts) {
    int limit =
        deferred.code() == ErrorCode.MIGRATION_BLOCKED ? config.attempts() : config.attemptsAway();
    return attempts >= limit
        ? Optional.empty()
        : Optional.of(
            Backoff.doubling(config.retryDelay(), config.maxRetryDelay())
                .jittered(attempts, ThreadLocalRandom.current()));
  }
}
