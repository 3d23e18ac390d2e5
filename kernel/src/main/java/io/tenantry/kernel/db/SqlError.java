package io.tenantry.kernel.db;

import io.vertx.pgclient.PgException;

/** PostgreSQL refused a statement. Its message may hold SQL and values: log it, never answer it. */
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

  /** The five characters of PostgreSQL's appendix A, for example {@code 42P04}. */
  public String sqlState() {
    return sqlState;
  }

  /** True if the statement would have broken this unique constraint or index. */
  public boolean violatesUnique(String constraintName) {
    return sqlState.equals("23505") && constraint.equals(constraintName);
  }

  /** True if there is no database of the name that a login or a statement has. */
  public boolean namesMissingDatabase() {
    return sqlState.equals("3D000");
  }

  /** What it failed because of. */
  public SqlErrorKind kind() {
    return kind;
  }

  /** True if the values are at fault and the statement would always fail with them. */
  public boolean causedByData() {
    return kind == SqlErrorKind.VALUES;
  }

  /** True if other work is at fault, and the statement may well succeed a moment later. */
  public boolean causedByLoad() {
    return kind == SqlErrorKind.BUSY;
  }

  /** The same error of a login. */
  SqlError atLogin() {
    return new SqlError(refusal, kind.atLogin());
  }
}
