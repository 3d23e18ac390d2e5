package io.tenantry.tenant.cluster;

import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.sql.SQLException;
import java.util.Optional;

/** PostgreSQL refused a statement of a migration. */
final class StatementFailed extends SQLException {

  private static final long serialVersionUID = 1L;

  private final String script;
  private final transient Optional<Statement> statement;

  /**
   * For a file.
   *
   * @param statement empty if it is what follows its last one
   */
  StatementFailed(String script, Optional<Statement> statement, SQLException cause) {
    super(cause.getMessage(), cause.getSQLState(), cause);
    this.script = script;
    this.statement = statement;
  }

  String script() {
    return script;
  }

  Optional<Statement> statement() {
    return statement;
  }
}
