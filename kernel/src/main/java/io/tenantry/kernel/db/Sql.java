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
 * Something SQL can be run on: the database itself, each statement alone, or one transaction.
 *
 * <p>A statement has parameters {@code $1}, {@code $2}, …, whose values follow it in order. {@link
 * Parameters} says what they may be.
 */
public interface Sql {

  /**
   * Runs one statement and waits for its result.
   *
   * @throws SqlError if PostgreSQL refuses the statement
   * @throws DatabaseUnavailable if PostgreSQL cannot be reached or does not answer in time
   */
  RowSet<Row> run(String statement, @Nullable Object... parameters);

  /**
   * Sends one statement whose result does not matter, without waiting for it. A transaction waits
   * for all it sent before it commits, and fails with the first that failed; so what is sent
   * together takes one way to PostgreSQL and back.
   */
  default void send(String statement, @Nullable Object... parameters) {
    // Outside a transaction no later statement would report a failure.
    run(statement, parameters);
  }

  /**
   * Has something done as soon as what was run here holds: after the transaction's commit, never
   * after its rollback; outside of a transaction at once. It must not throw, and nothing may depend
   * on it: a process that ends between the two never does it.
   */
  default void afterCommit(Runnable action) {
    action.run();
  }

  /** What is read from each row, in the rows' order. */
  default <T> List<T> list(
      Function<Row, T> reader, String statement, @Nullable Object... parameters) {
    return StreamSupport.stream(run(statement, parameters).spliterator(), false)
        .map(reader)
        .toList();
  }

  /** What is read from the first row; empty if there is none, or if that is NULL. */
  default <T> Optional<T> first(
      Function<Row, T> reader, String statement, @Nullable Object... parameters) {
    RowIterator<Row> rows = run(statement, parameters).iterator();
    return rows.hasNext() ? Optional.ofNullable(reader.apply(rows.next())) : Optional.empty();
  }

  /**
   * What is read from the one row there always is, as of a count.
   *
   * @throws NoSuchElementException if there is none
   */
  default <T> T one(Function<Row, T> reader, String statement, @Nullable Object... parameters) {
    return reader.apply(run(statement, parameters).iterator().next());
  }

  /** Whether the query finds anything. */
  default boolean exists(String query, @Nullable Object... parameters) {
    return run(query, parameters).size() > 0;
  }

  /** Changes rows; returns how many. */
  default int changed(String statement, @Nullable Object... parameters) {
    return run(statement, parameters).rowCount();
  }

  /** Changes a row if it is there and as it has to be; says whether it was. */
  default boolean changedOne(String statement, @Nullable Object... parameters) {
    return changed(statement, parameters) == 1;
  }
}
