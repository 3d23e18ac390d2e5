package io.tenantry.kernel.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A PostgreSQL database for sequential code: every call waits for its answer. Call it on virtual
 * threads, never on an event loop.
 */
public final class Database implements Sql {

  private final Pool pool;
  private final Duration patience;

  /**
   * @param patience how long a connection, or an answer, is waited for before {@link
   *     DatabaseUnavailable}
   */
  public Database(Pool pool, Duration patience) {
    this.pool = pool;
    this.patience = patience;
  }

  @Override
  public RowSet<Row> run(String statement, Object... parameters) {
    return withConnection(connection -> run(connection, statement, parameters));
  }

  /**
   * Runs a script without parameters by the simple protocol, the way for what cannot be prepared.
   * Several statements in one script are one transaction.
   */
  public void execute(String script) {
    withConnection(connection -> await(connection.query(script).execute(), patience));
  }

  /** Runs {@code work} in one transaction; any exception rolls it back and is thrown on. */
  public <T> T inTransaction(Function<Sql, T> work) {
    return withConnection(
        connection -> {
          Transaction transaction = await(connection.begin(), patience);
          T result;
          try {
            result = work.apply((sql, parameters) -> run(connection, sql, parameters));
          } catch (RuntimeException | Error e) {
            rollBack(transaction, e);
            throw e;
          }
          await(transaction.commit(), patience);
          return result;
        });
  }

  /** {@link #inTransaction} for work without a result. */
  public void transact(Consumer<Sql> work) {
    inTransaction(
        sql -> {
          work.accept(sql);
          return true;
        });
  }

  private <T> T withConnection(Function<SqlConnection, T> work) {
    SqlConnection connection = open(pool.getConnection(), patience);
    try {
      return work.apply(connection);
    } finally {
      connection.close();
    }
  }

  private RowSet<Row> run(SqlConnection connection, String statement, Object... parameters) {
    return await(connection.preparedQuery(statement).execute(Tuple.wrap(parameters)), patience);
  }

  private void rollBack(Transaction transaction, Throwable cause) {
    try {
      await(transaction.rollback(), patience);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Waits for a connection, and closes one that comes after we stopped waiting: nobody else would.
   *
   * @throws SqlError if PostgreSQL refused the login
   * @throws DatabaseUnavailable if there is none within {@code patience}
   */
  public static <C extends SqlConnection> C open(Future<C> connection, Duration patience) {
    try {
      return await(connection, patience);
    } catch (DatabaseUnavailable e) {
      connection.onSuccess(SqlClient::close);
      throw e;
    }
  }

  /**
   * Waits for PostgreSQL's answer.
   *
   * @throws SqlError if PostgreSQL refused
   * @throws DatabaseUnavailable if it could not be reached, or did not answer within {@code
   *     patience}
   */
  public static <T> T await(Future<T> answer, Duration patience) {
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw SqlErrors.of(e.getCause());
    } catch (TimeoutException e) {
      throw new DatabaseUnavailable("no answer within " + patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable("interrupted while waiting", e);
    }
  }
}
