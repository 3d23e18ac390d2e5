package io.tenantry.backup.migration;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import java.util.List;

/** How an attempt to migrate a tenant ended. */
public sealed interface Outcome {

  /** The tenant is at the version it was to get to, by these scripts. */
  record Migrated(List<String> scripts) implements Outcome {}

  /** It cannot be done as things are. */
  record Failed(ErrorCode code, String message) implements Outcome {}

  /** It may be done in a while. */
  record Deferred(ErrorCode code, String message) implements Outcome {}

  /** There is nothing left to migrate: the tenant is on its way out. */
  record Skipped(ErrorCode code, String message) implements Outcome {}

  /** What a failure before the migration means for it. */
  static Outcome of(TenantryException failure) {
    return failure.code().retryable()
        ? new Deferred(failure.code(), failure.getMessage())
        : new Failed(failure.code(), failure.getMessage());
  }
}
