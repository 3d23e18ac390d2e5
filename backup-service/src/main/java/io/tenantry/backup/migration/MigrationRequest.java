package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.Optional;

/**
 * The body of a request to migrate a tenant.
 *
 * @param direction {@code forward} (the default), or {@code rollback}
 * @param targetVersion the version to get to; forward, the current one if it is not said
 * @param backupFirst whether a backup comes before it; for a rollback, whose undos drop data, true
 *     if it is not said, else false
 * @param dryRun only says what would be done
 * @param lockTimeoutMs how long a statement may wait for a lock, in milliseconds
 * @param statementTimeoutMs how long a statement may take, in milliseconds
 */
@RegisterForReflection
public record MigrationRequest(
    Optional<Direction> direction,
    Optional<@Pattern(regexp = VERSION, message = "must be 12 hex digits") String> targetVersion,
    Optional<Boolean> backupFirst,
    Optional<Boolean> dryRun,
    Optional<@Min(value = 1, message = TIMEOUT) @Max(value = LONGEST, message = TIMEOUT) Integer>
        lockTimeoutMs,
    Optional<@Min(value = 1, message = TIMEOUT) @Max(value = LONGEST, message = TIMEOUT) Integer>
        statementTimeoutMs) {

  static final String VERSION = "[0-9a-f]{12}";
  static final int LONGEST = 86_400_000;
  static final String TIMEOUT = "must be 1 to 86400000";

  Limits limits(MigrationConfig config) {
    return Limits.of(config, lockTimeoutMs, statementTimeoutMs);
  }
}
