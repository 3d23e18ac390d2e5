package io.tenantry.kernel.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs SQL: on the database, each statement in a transaction of its own, or in one transaction.
 *
 * <p>The values of the parameters {@code $1}, {@code $2}, … follow a statement in order. {@link
 * Parameters} lists their types.
 */
public interface Sql {

  /**
   * Runs one statement and waits for its result.
   *
   * @throws SqlError if PostgreSQL refuses the statement
   * @throws DatabaseUnavailable if PostgreSQL cannot be reached or does not respond in time
   */
  RowSet<Row> run(String statement, @Nullable Object... parameters);

  /**
   * Sends one statement without waiting for its result. A transaction waits for all sent statements
   * before it commits, and fails with the first failure, so that statements sent together take one
   * round trip.
   */
  default void send(String statement, @Nullable Object... parameters) {
    // Outside a transaction no later call would report the failure.
    run(statement, parameters);
  }

  /**
   * Runs an action after the transaction's commit, never after its rollback; outside a transaction,
   * at once. The action must not throw, and nothing may depend on it: it is lost if the process
   * stops between the two.
   */
  default void afterCommit(Runnable action) {
    action.run();
  }

  /** Reads every row, in the rows' order. */
  default <T> List<T> list(
      Function<Row, T> reader, String statement, @Nullable Object... parameters) {
    return StreamSupport.stream(run(statement, parameters).spliterator(), false)
        .map(reader)
        .toList();
  }

  /** Reads the first row; empty if there is no row, or the value is NULL. */
  default <T> Optional<T> first(
      Function<Row, T> reader, String statement, @Nullable Object... parameters) {
    RowIterator<Row> rows = run(statement, parameters).iterator();
    return rows.hasNext() ? Optional.ofNullable(reader.apply(rows.next())) : Optional.empty();
  }

  /**
   * Reads the only row of a query that always returns one, such as a count.
   *
   * @throws NoSuchElementException if there is no row
   */
  default <T> T one(Function<Row, T> reader, String statement, @Nullable Object... parameters) {
    return reader.apply(run(statement, parameters).iterator().next());
  }

  /** Whether the query returns a row. */
  default boolean exists(String query, @Nullable Object... parameters) {
    return run(query, parameters).size() > 0;
  }

  /** Changes rows; returns their number. */
  default int changed(String statement, @Nullable Object... parameters) {
    return run(statement, parameters).rowCount();
  }

  /** Changes one row, if it exists and meets the conditions; returns whether it did. */
  default boolean changedOne(String statement, @Nullable Object... parameters) {
    return changed(statement, parameters) == 1;
  }
}
