package io.tenantry.kernel.db;

import io.vertx.pgclient.PgException;

/**
 * PostgreSQL refused a statement. The message may hold SQL and values: log it, never return it to
 * callers.
 */
public final class SqlError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String sqlState;
  private final String constraint;
  private final SqlErrorKind kind;
  private final PgException refusal;

  SqlError(PgException cause, SqlErrorKind kind) {
    super(cause.getErrorMessage(), cause);
    this.kind = kind;
    this.refusal = cause;
    this.sqlState = String.valueOf(cause.getSqlState());
    this.constraint = String.valueOf(cause.getConstraint());
  }

  @Override
  public String getMessage() {
    return refusal.getErrorMessage();
  }

  /** The SQLSTATE (PostgreSQL's appendix A), for example {@code 42P04}. */
  public String sqlState() {
    return sqlState;
  }

  /** Whether the statement violated this unique constraint or index. */
  public boolean violatesUnique(String constraintName) {
    return sqlState.equals("23505") && constraint.equals(constraintName);
  }

  /** Whether the database that a login or a statement names does not exist. */
  public boolean namesMissingDatabase() {
    return sqlState.equals("3D000");
  }

  /** The kind of failure. */
  public SqlErrorKind kind() {
    return kind;
  }

  /** Whether the values caused it: the statement would always fail with them. */
  public boolean causedByData() {
    return kind == SqlErrorKind.VALUES;
  }

  /** Whether concurrent work caused it: the statement may succeed a moment later. */
  public boolean causedByLoad() {
    return kind == SqlErrorKind.BUSY;
  }

  /** This error for a failed login. */
  SqlError atLogin() {
    return new SqlError(refusal, kind.atLogin());
  }
}
