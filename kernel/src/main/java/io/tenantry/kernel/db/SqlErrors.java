package io.tenantry.kernel.db;

import io.vertx.pgclient.PgException;

/** Tells a refused statement from a server that is not available. */
final class SqlErrors {

  private SqlErrors() {}

  /** By {@link SqlErrorKind}'s table. */
  static RuntimeException of(Throwable failure) {
    if (failure instanceof PgException refusal) {
      SqlErrorKind kind = SqlErrorKind.of(String.valueOf(refusal.getSqlState()));
      return kind == SqlErrorKind.CONNECTION
          ? new DatabaseUnavailable(refusal.getErrorMessage(), refusal)
          : new SqlError(refusal, kind);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof SqlError || failure instanceof DatabaseUnavailable) {
      return (RuntimeException) failure;
    }
    return TlsFailures.of(failure).orElseGet(() -> unreachable(failure));
  }

  private static DatabaseUnavailable unreachable(Throwable failure) {
    // What is no answer of PostgreSQL comes from the way there: refused, reset, closed, timed out.
    return new DatabaseUnavailable(String.valueOf(failure.getMessage()), failure);
  }
}
