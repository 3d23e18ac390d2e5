package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.migration.DeferredConstraints;
import io.tenantry.kernel.migration.JdbcScript;
import io.tenantry.kernel.migration.MigrationScript;
import io.tenantry.kernel.migration.ScriptPart;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprint.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Undoes a blueprint's newest versions, until a version has no undo. Consecutive undos run in one
 * transaction, as in a tenant's rollback.
 */
final class UndoMigrations {

  private final Blueprint blueprint;
  private final String schema;

  UndoMigrations(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.schema = blueprint.templateSchema();
  }

  /**
   * Runs the undo migrations.
   *
   * @throws StatementFailed if an undo fails
   */
  void run(DataSource database) throws SQLException {
    List<Migration> undos = newestFirst();
    try (Connection connection = database.getConnection()) {
      for (Migration undo : undos) {
        run(connection, undo);
      }
      end(connection, undos);
    }
  }

  private static void end(Connection connection, List<Migration> undos) throws SQLException {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new StatementFailed(undos.getLast().fileName(), Optional.empty(), e);
    }
  }

  /** The undos of the newest versions, up to the first version without one. */
  List<Migration> newestFirst() {
    List<Migration> undos = new ArrayList<>();
    for (MigrationVersion version : versions()) {
      Optional<Migration> undo =
          blueprint.migrations().stream()
              .filter(migration -> migration.isUndo() && !migration.isConfig())
              .filter(migration -> migration.version().orElseThrow().equals(version))
              .findFirst();
      if (undo.isEmpty()) {
        break;
      }
      undos.add(undo.get());
    }
    return undos;
  }

  private List<MigrationVersion> versions() {
    return blueprint.migrations().stream()
        .filter(migration -> !migration.isUndo() && !migration.isConfig())
        .flatMap(migration -> migration.version().stream())
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private void run(Connection connection, Migration undo) throws SQLException {
    MigrationScript script = MigrationScript.parse(undo.sql(), blueprint.config(undo.fileName()));
    MigrationScript.Statement at = null;
    try {
      // Changing the mode commits an open transaction.
      connection.setAutoCommit(!script.transactional());
      JdbcScript.run(
          connection,
          ScriptPart.statements(
              "SET TIME ZONE 'UTC'; SET search_path = %s, public".formatted(quote(schema))));
      for (MigrationScript.Statement statement : script.statements()) {
        at = statement;
        JdbcScript.run(connection, new ScriptPart(statement.sql(), statement.rows()));
      }
      at = null;
      JdbcScript.run(
          connection,
          ScriptPart.statements(
              "RESET search_path; %s RESET ROLE; DELETE FROM %s.%s WHERE version = %s; %s"
                  .formatted(
                      script.transactional() ? DeferredConstraints.check(schema) : "",
                      quote(schema),
                      TemplateContent.HISTORY,
                      literal(undo.version().orElseThrow().getVersion()),
                      ScriptPart.RESTORE_SESSION)));
    } catch (SQLException e) {
      throw new StatementFailed(undo.fileName(), Optional.ofNullable(at), e);
    }
  }
}
