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

  /**
   * Sends one statement whose result does not matter, without waiting for it. A transaction waits
   * for all it sent before it commits, and fails with the first that failed; so what is sent
   * together takes one way to PostgreSQL and back.
   *
   * @param statement SQL with parameters {@code $1}, {@code $2}, …
   * @param parameters the parameters' values, in order
   */
  void send(String statement, Object... parameters);
}
