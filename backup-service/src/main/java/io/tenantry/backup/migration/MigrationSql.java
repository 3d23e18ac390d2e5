package io.tenantry.backup.migration;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.migration.ScriptPart;

/**
 * The SQL that goes around migrations.
 *
 * @param schema the tenant's
 */
record MigrationSql(String schema) {

  /** What the script's own check fails with; a block of PL/pgSQL would cost more than the rest. */
  static final String HISTORY_DIFFERS = "tenantry: the history differs";

  /** A migration may have set another, for its transaction or for the session. */
  static final String RESET_SEARCH_PATH = "SET search_path = pg_catalog, pg_temp";

  /** One migration and its row of the history. */
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

  /** Starts a transaction that locks the history, and fails if that is not the expected one. */
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

  /** What comes before a script: the time it takes is counted from here. */
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

  /** What follows a script: its effect on the history, and a session as it was opened. */
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
