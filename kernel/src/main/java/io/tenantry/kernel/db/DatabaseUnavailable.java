package io.tenantry.kernel.db;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** A PostgreSQL server could not be reached, is shutting down or starting, or did not answer. */
public final class DatabaseUnavailable extends TenantryException {

  private static final long serialVersionUID = 1L;

  /**
   * That it is so.
   *
   * @param reason what was seen of it, for the log
   */
  public DatabaseUnavailable(String reason, Throwable cause) {
    super(
        ErrorCode.DATABASE_UNAVAILABLE,
        "PostgreSQL is not available at the moment.",
        new IOException(reason, cause));
  }

  private DatabaseUnavailable(ErrorCode code, String detail, Throwable cause) {
    super(code, detail, new IOException(detail, cause));
  }

  /**
   * The server does not protect the connection as it must.
   *
   * @param reason for the caller
   */
  static DatabaseUnavailable becauseOfTls(String reason, Throwable cause) {
    return new DatabaseUnavailable(
        ErrorCode.DATABASE_TLS_FAILED, "TLS with PostgreSQL failed: " + reason + ".", cause);
  }

  /** Whether nothing was heard of it as long as was waited. */
  boolean isSilence() {
    return getCause().getCause() instanceof TimeoutException;
  }
}
