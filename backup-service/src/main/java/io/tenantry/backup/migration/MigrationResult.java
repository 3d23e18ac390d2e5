package io.tenantry.backup.migration;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.List;

/** The result of an attempt to migrate a tenant. */
public sealed interface MigrationResult {

  /** The tenant is at the target version; these scripts were run. */
  record Migrated(List<String> scripts) implements MigrationResult {}

  /** The attempt failed and is not retried; the scripts before the failed one are committed. */
  record Failed(ErrorCode code, String message, List<String> scripts) implements MigrationResult {

    /** A failure before any script. */
    public Failed(ErrorCode code, String message) {
      this(code, message, List.of());
    }
  }

  /** The attempt failed and may be retried; the scripts before the failed one are committed. */
  record Deferred(ErrorCode code, String message, List<String> scripts) implements MigrationResult {

    /** A failure before any script. */
    Deferred(ErrorCode code, String message) {
      this(code, message, List.of());
    }
  }

  /** The tenant is being deleted, so there is nothing to migrate. */
  record Skipped(ErrorCode code, String message) implements MigrationResult {}

  /** The result of a failure before any script. */
  static MigrationResult of(TenantryException failure) {
    return of(failure, List.of());
  }

  /** The result of a failure after these scripts, which are committed. */
  static MigrationResult of(TenantryException failure, List<String> scripts) {
    return failure.code().retryable()
        ? new Deferred(failure.code(), failure.getMessage(), scripts)
        : new Failed(failure.code(), failure.getMessage(), scripts);
  }
}
