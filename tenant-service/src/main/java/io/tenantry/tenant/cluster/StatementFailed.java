package io.tenantry.tenant.cluster;

import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.sql.SQLException;
import java.util.Optional;

/** Thrown when PostgreSQL refuses a statement of a migration. */
final class StatementFailed extends SQLException {

  private static final long serialVersionUID = 1L;

  private final String script;
  private final transient Optional<Statement> statement;

  /**
   * Creates the exception.
   *
   * @param statement the failed statement; empty if the SQL after the last statement failed
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
