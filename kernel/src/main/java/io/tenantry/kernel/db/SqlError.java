package io.tenantry.kernel.db;

import io.vertx.pgclient.PgException;

/** PostgreSQL refused a statement. Its message may hold SQL and values: log it, never answer it. */
public final class SqlError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String sqlState;
  private final String constraint;

  SqlError(PgException cause) {
    super(cause.getErrorMessage(), cause);
    this.sqlState = String.valueOf(cause.getSqlState());
    this.constraint = String.valueOf(cause.getConstraint());
  }

  /** The five characters of PostgreSQL's appendix A, for example {@code 42P04}. */
  public String sqlState() {
    return sqlState;
  }

  /** True if the statement would have broken this unique constraint or index. */
  public boolean violatesUnique(String constraintName) {
    return sqlState.equals("23505") && constraint.equals(constraintName);
  }

  /**
   * True if the values are at fault and the statement would fail with them for ever: class 22 data
   * exception or 23 integrity constraint violation. All else may be otherwise the next time:
   * deadlocks, timeouts, a full disk, a missing right.
   */
  public boolean causedByData() {
    return sqlState.startsWith("22") || sqlState.startsWith("23");
  }

  /**
   * True if it is what else goes on that is at fault, and the statement may well succeed a moment
   * later: class 40 transaction rollback (a deadlock), 53 insufficient resources, 55 object not in
   * prerequisite state (in use, locked), and 57014, a statement that took too long.
   */
  public boolean causedByLoad() {
    return sqlState.startsWith("40")
        || sqlState.startsWith("53")
        || sqlState.startsWith("55")
        || sqlState.equals("57014");
  }
}
