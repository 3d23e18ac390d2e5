package io.tenantry.kernel.db;

import java.util.Map;

/**
 * Why a statement or login failed, and so what to do next. Derived from the SQLSTATE (PostgreSQL's
 * manual, appendix A) by the table {@link #KINDS}.
 */
public enum SqlErrorKind {
  /** The server or the session is unavailable: reconnect, after a pause. */
  CONNECTION,

  /** Concurrent work is in the way: the same statement may succeed a moment later. */
  BUSY,

  /**
   * The database's objects, privileges or settings do not suit the statement, or the server has an
   * internal error: such statements fail until an operator changes that.
   */
  DATABASE,

  /** The values are invalid: the statement always fails with them, and succeeds with others. */
  VALUES;

  /** By prefix of the SQLSTATE; the longest match wins. */
  private static final Map<String, SqlErrorKind> KINDS =
      Map.ofEntries(
          Map.entry("08", CONNECTION), // connection exception
          Map.entry("09", VALUES), // triggered action exception: a trigger refuses the row
          Map.entry("20", VALUES), // case not found: in a trigger
          Map.entry("21", VALUES), // cardinality violation
          Map.entry("22", VALUES), // data exception
          Map.entry("23", VALUES), // integrity constraint violation
          Map.entry("25P03", CONNECTION), // the session ended: it idled in a transaction
          Map.entry("25P04", CONNECTION), // the session ended: its transaction took too long
          Map.entry("26", BUSY), // a prepared statement that the session lost
          Map.entry("27", VALUES), // triggered data change violation
          Map.entry("40", BUSY), // transaction rollback: a deadlock
          Map.entry("44", VALUES), // WITH CHECK OPTION violation
          Map.entry("53", BUSY), // insufficient resources
          Map.entry("53300", CONNECTION), // too many connections
          Map.entry("54", VALUES), // program limit exceeded: JSON that is nested too deep
          Map.entry("55", BUSY), // object not in prerequisite state: locked, in use
          Map.entry("57", BUSY), // operator intervention: a statement that took too long
          Map.entry("57P", CONNECTION), // shutting down, crashed, starting up, session ended
          Map.entry("P0", VALUES)); // RAISE in a trigger

  private static final int LONGEST = 5;
  private static final int CLASS = 2;

  /** The kind of a statement's error; {@link #DATABASE} if the table has no match. */
  static SqlErrorKind of(String sqlState) {
    for (int length = Math.min(LONGEST, sqlState.length()); length >= CLASS; length--) {
      SqlErrorKind kind = KINDS.get(sqlState.substring(0, length));
      if (kind != null) {
        return kind;
      }
    }
    return DATABASE;
  }

  /** The kind of a refused login, which cannot be caused by a statement's values. */
  SqlErrorKind atLogin() {
    return this == VALUES ? DATABASE : this;
  }
}
