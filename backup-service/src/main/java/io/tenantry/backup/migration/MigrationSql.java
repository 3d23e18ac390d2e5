package io.tenantry.backup.migration;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.migration.ScriptPart;

/**
 * The SQL that wraps migrations.
 *
 * @param schema the tenant's schema
 */
record MigrationSql(String schema) {

  /**
   * The error text of the history check; a PL/pgSQL block would cost more than the whole script.
   */
  static final String HISTORY_DIFFERS = "tenantry: the history differs";

  /** Resets the search path, which a migration may have changed. */
  static final String RESET_SEARCH_PATH = "SET search_path = pg_catalog, pg_temp";

  /** One migration and its history row, as one transaction. */
  String transaction(Step step, History before) {
    return """
    %s
    %s
    %s
    ;
    %s;
    %s
    COMMIT;
    """
        .formatted(begin(before), openScript(), step.sql(), RESET_SEARCH_PATH, change(step));
  }

  /** Starts a transaction that locks the history, and fails if it is not the expected one. */
  String begin(History expected) {
    return """
    BEGIN;
    LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE;
    SELECT (CASE %s WHEN %s THEN '0' ELSE '%s' END)::int;\
    """
        .formatted(
            History.table(schema),
            History.stateQuery(schema),
            literal(expected.state()),
            HISTORY_DIFFERS);
  }

  /** The SQL before a script; its execution time counts from here. */
  String openScript() {
    return """
    SELECT pg_catalog.set_config('tenantry.begun', extract(epoch FROM clock_timestamp())::text, true);
    SELECT pg_catalog.set_config('search_path', %s, true);\
    """
        .formatted(literal(searchPath()));
  }

  String searchPath() {
    return schema.equals("public") ? "public" : quote(schema) + ", public";
  }

  /** The SQL after a script: it changes the history and resets the session. */
  String change(Step step) {
    return "RESET ROLE;\nSET TIME ZONE 'UTC';\n"
        + historyChange(step)
        + "\n"
        + ScriptPart.RESTORE_SESSION;
  }

  private String historyChange(Step step) {
    return switch (step.change()) {
      case Step.Change.Add add -> insert(add.row());
      case Step.Change.Remove remove ->
          "DELETE FROM %s WHERE version = %s;"
              .formatted(History.table(schema), literal(remove.row().version().orElseThrow()));
    };
  }

  private String insert(HistoryRow row) {
    return """
    INSERT INTO %1$s (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
    SELECT coalesce(max(installed_rank), 0) + 1, %2$s, %3$s, %4$s, %5$s, %6$s, current_user,
      (extract(epoch FROM clock_timestamp()) - coalesce(nullif(current_setting('tenantry.begun', true), '')::numeric, extract(epoch FROM now()))) * 1000, true
    FROM %1$s;\
    """
        .formatted(
            History.table(schema),
            row.version().map(version -> literal(version)).orElse("NULL"),
            literal(row.description()),
            literal(row.type()),
            literal(row.script()),
            row.checksum().map(Object::toString).orElse("NULL"));
  }
}
