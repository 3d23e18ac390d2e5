package io.tenantry.backup.migration;

import io.tenantry.kernel.migration.MigrationScript;
import io.tenantry.kernel.migration.ScriptPart;

/**
 * One migration to be run on a tenant.
 *
 * @param script the file it comes from
 * @param parsed its statements
 * @param sql its statements as one text for a transaction, see {@link ScriptPart#text}
 * @param change its change of the tenant's history
 */
record Step(String script, MigrationScript parsed, String sql, Change change) {

  Step(String script, MigrationScript parsed, Change change) {
    this(script, parsed, ScriptPart.text(ScriptPart.of(parsed)), change);
  }

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
