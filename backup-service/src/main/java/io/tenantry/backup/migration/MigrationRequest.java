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
 * @param targetVersion the version to migrate to; forward, by default the current one
 * @param backupFirst whether to back up the tenant first; by default true for a rollback, whose
 *     undo scripts drop data, and false otherwise
 * @param dryRun whether to return the plan only
 * @param lockTimeoutMs how long a statement may wait for a lock, in milliseconds
 * @param statementTimeoutMs how long a statement may take, in milliseconds
 */
@RegisterForReflection
public record MigrationRequest(
    Optional<Direction> direction,
    Optional<@Pattern(regexp = VERSION, message = "must be 12 hex digits") String> targetVersion,
    Optional<Boolean> backupFirst,
    Optional<Boolean> dryRun,
    Optional<
            @Min(value = 1, message = TIMEOUT) @Max(value = MAX_TIMEOUT_MS, message = TIMEOUT)
            Integer>
        lockTimeoutMs,
    Optional<
            @Min(value = 1, message = TIMEOUT) @Max(value = MAX_TIMEOUT_MS, message = TIMEOUT)
            Integer>
        statementTimeoutMs) {

  static final String VERSION = "[0-9a-f]{12}";
  static final int MAX_TIMEOUT_MS = 86_400_000;
  static final String TIMEOUT = "must be 1 to 86400000";

  MigrationTimeouts timeouts(MigrationConfig config) {
    return MigrationTimeouts.of(config, lockTimeoutMs, statementTimeoutMs);
  }
}
