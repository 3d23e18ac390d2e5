package io.tenantry.kernel.db;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import java.io.IOException;

/** A PostgreSQL server could not be reached, is shutting down or starting, or did not answer. */
public final class DatabaseUnavailable extends TenantryException {

  private static final long serialVersionUID = 1L;

  DatabaseUnavailable(String reason, Throwable cause) {
    super(
        ErrorCode.DATABASE_UNAVAILABLE,
        "PostgreSQL is not available at the moment.",
        new IOException(reason, cause));
  }
}
