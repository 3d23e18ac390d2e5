package io.tenantry.backup.migration;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a migration may hold up a tenant's application.
 *
 * @param lock how long a statement may wait for a lock, and with it all that queue up behind it
 * @param statement how long a statement may take
 */
public record Limits(Duration lock, Duration statement) {

  /** What a request says, in milliseconds, or else the configuration. */
  public static Limits of(
      MigrationConfig config, Optional<Integer> lockMs, Optional<Integer> statementMs) {
    return new Limits(
        lockMs.map(Duration::ofMillis).orElse(config.lockTimeout()),
        statementMs.map(Duration::ofMillis).orElse(config.statementTimeout()));
  }
}
