package io.tenantry.backup.migration;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.List;

/** How an attempt to migrate a tenant ended. */
public sealed interface Outcome {

  /** The tenant is at the version it was to get to, by these scripts. */
  record Migrated(List<String> scripts) implements Outcome {}

  /** It cannot be done as things are; the scripts before the one that failed stand. */
  record Failed(ErrorCode code, String message, List<String> scripts) implements Outcome {

    /** Nothing was run. */
    public Failed(ErrorCode code, String message) {
      this(code, message, List.of());
    }
  }

  /** It may be done in a while; the scripts before the one that could not be run stand. */
  record Deferred(ErrorCode code, String message, List<String> scripts) implements Outcome {

    /** Nothing was run. */
    Deferred(ErrorCode code, String message) {
      this(code, message, List.of());
    }
  }

  /** There is nothing left to migrate: the tenant is on its way out. */
  record Skipped(ErrorCode code, String message) implements Outcome {}

  /** What a failure before the migration means for it. */
  static Outcome of(TenantryException failure) {
    return of(failure, List.of());
  }

  /** What a failure means after these scripts, which stand. */
  static Outcome of(TenantryException failure, List<String> scripts) {
    return failure.code().retryable()
        ? new Deferred(failure.code(), failure.getMessage(), scripts)
        : new Failed(failure.code(), failure.getMessage(), scripts);
  }
}
