package io.tenantry.kernel.migration;

import org.flywaydb.core.internal.sqlscript.Delimiter;
import org.flywaydb.core.internal.sqlscript.ParsedSqlStatement;

/** A {@code COPY … FROM STDIN} with the rows that follow it in the file. */
final class RowsStatement extends ParsedSqlStatement {

  private final String rows;

  RowsStatement(int position, int line, int column, String sql, String rows) {
    super(position, line, column, sql, Delimiter.SEMICOLON, true, false);
    this.rows = rows;
  }

  String rows() {
    return rows;
  }
}
