package io.tenantry.backup.migration;

import java.time.Duration;
import java.util.Optional;

/**
 * Limits how long a migration may block a tenant's application.
 *
 * @param lock how long a statement may wait for a lock, while other sessions queue up behind it
 * @param statement how long a statement may take
 */
public record MigrationTimeouts(Duration lock, Duration statement) {

  /** Returns the request's timeouts, in milliseconds, or by default the configured ones. */
  public static MigrationTimeouts of(
      MigrationConfig config, Optional<Integer> lockMs, Optional<Integer> statementMs) {
    return new MigrationTimeouts(
        lockMs.map(Duration::ofMillis).orElse(config.lockTimeout()),
        statementMs.map(Duration::ofMillis).orElse(config.statementTimeout()));
  }
}
