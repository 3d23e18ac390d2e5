package io.tenantry.kernel.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;

/** Something SQL can be run on: the database itself, each statement alone, or one transaction. */
public interface Sql {

  /**
   * Runs one statement and waits for its result.
   *
   * @param statement SQL with parameters {@code $1}, {@code $2}, …
   * @param parameters the parameters' values, in order
   * @throws SqlError if PostgreSQL refuses the statement
   * @throws DatabaseUnavailable if PostgreSQL cannot be reached or does not answer in time
   */
  RowSet<Row> run(String statement, Object... parameters);
}
