package io.tenantry.kernel.db;

import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Distinguishes refused statements from unavailable servers. */
public final class SqlErrors {

  private SqlErrors() {}

  /** {@link #of(Throwable)} for the JDBC driver. */
  public static RuntimeException of(SQLException failure) {
    ServerErrorMessage refusal =
        failure instanceof PSQLException e ? e.getServerErrorMessage() : null;
    if (refusal == null) {
      return unreachable(failure);
    }
    RuntimeException told =
        of(
            new PgException(
                refusal.getMessage(), refusal.getSeverity(), refusal.getSQLState(), null));
    told.addSuppressed(failure);
    return told;
  }

  /** Converts a driver's exception by {@link SqlErrorKind}'s table. */
  public static RuntimeException of(Throwable failure) {
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
    // Not an answer of PostgreSQL, so the connection was refused, reset, closed or timed out.
    return new DatabaseUnavailable(String.valueOf(failure.getMessage()), failure);
  }
}
