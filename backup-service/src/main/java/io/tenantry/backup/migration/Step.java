package io.tenantry.backup.migration;

/**
 * One migration to be run on a tenant.
 *
 * @param script the file it comes from
 * @param sql its text
 * @param parsed its statements
 * @param change what it means for the tenant's history
 */
record Step(String script, String sql, Statements parsed, Change change) {

  /** A change of the history, in the same transaction as the SQL. */
  sealed interface Change {

    /** The migration was run. */
    record Add(HistoryRow row) implements Change {}

    /** It was undone, and may be run again. */
    record Remove(HistoryRow row) implements Change {}
  }

  History after(History before) {
    return switch (change) {
      case Change.Add add -> before.with(add.row());
      case Change.Remove remove -> before.without(remove.row().key());
    };
  }
}
