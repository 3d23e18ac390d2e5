package io.tenantry.kernel.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database with a blocking interface. Call it on virtual threads, never on an event
 * loop.
 */
public final class Database implements Sql {

  private static final Logger LOG = Logger.getLogger(Database.class);

  /** How long the check of a connection may take; if it fails, those of the next ones. */
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(1);

  private static final Duration NEXT_CHECK_TIMEOUT = Duration.ofMillis(200);

  private final Pool pool;
  private final Duration timeout;
  private final UnaryOperator<DatabaseUnavailable> naming;

  /** When the last missing answer was noted, as {@link System#nanoTime}. */
  private volatile @Nullable Long answerMissingAt;

  /**
   * @param timeout how long to wait for a connection, or an answer, before {@link
   *     DatabaseUnavailable}
   */
  public Database(Pool pool, Duration timeout) {
    this(pool, timeout, failure -> failure);
  }

  /** A database on a cluster, which its errors name. */
  public static Database ofCluster(String cluster, Pool pool, Duration timeout) {
    return new Database(pool, timeout, failure -> failure.at(cluster));
  }

  private Database(Pool pool, Duration timeout, UnaryOperator<DatabaseUnavailable> naming) {
    this.pool = pool;
    this.timeout = timeout;
    this.naming = naming;
  }

  @Override
  public RowSet<Row> run(String statement, @Nullable Object... parameters) {
    return withConnection(connection -> run(connection, statement, parameters));
  }

  /**
   * {@link #run} for the event loop.
   *
   * @return fails with {@link SqlError} or {@link DatabaseUnavailable}
   */
  public CompletableFuture<RowSet<Row>> start(String statement, @Nullable Object... parameters) {
    return connect()
        .compose(
            connection ->
                awaitLast(
                        connection,
                        connection.preparedQuery(statement).execute(Parameters.of(parameters)),
                        timeout)
                    .onFailure(this::noteMissingAnswer))
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(SqlErrors.of(failure)))
        .toCompletionStage()
        .toCompletableFuture();
  }

  /**
   * Runs a script without parameters by the simple query protocol, for statements that cannot be
   * prepared. Several statements in one script run in one transaction.
   */
  public void execute(String script) {
    withConnection(connection -> await(connection.query(script).execute(), timeout));
  }

  /** Runs {@code work} in one session, each statement in a transaction of its own. */
  public <T> T inSession(Function<SqlSession, T> work) {
    return withConnection(connection -> work.apply(new OpenSession(connection)));
  }

  /** Runs {@code work} in one transaction; any exception rolls it back and is rethrown. */
  public <T> T inTransaction(Function<Sql, T> work) {
    // Run after the connection was returned to the pool, since others may wait for it.
    List<Runnable> afterCommit = new ArrayList<>();
    T result =
        withConnection(
            connection -> inTransaction(new OpenTransaction(connection, afterCommit), work));
    afterCommit.forEach(Database::runQuietly);
    return result;
  }

  /** The transaction is committed, so a failing follow-up action must not look like its failure. */
  private static void runQuietly(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.errorf(e, "action after a commit failed");
    }
  }

  private <T> T inTransaction(OpenTransaction transaction, Function<Sql, T> work) {
    T result;
    try {
      result = work.apply(transaction);
      transaction.awaitSent();
    } catch (RuntimeException | Error e) {
      // The server rolls back when the connection is closed.
      if (!isTimeout(e)) {
        transaction.rollBack(e);
      }
      throw e;
    }
    transaction.commit();
    return result;
  }

  /** {@link #inTransaction} for work that returns nothing. */
  public void transact(Consumer<Sql> work) {
    inTransaction(
        sql -> {
          work.accept(sql);
          return true;
        });
  }

  private <T> T withConnection(Function<SqlConnection, T> work) {
    try {
      return inConnection(work);
    } catch (DatabaseUnavailable e) {
      throw naming.apply(e);
    }
  }

  private <T> T inConnection(Function<SqlConnection, T> work) {
    SqlConnection connection = open(connect(), timeout);
    @Nullable Throwable failure = null;
    try {
      return work.apply(connection);
    } catch (RuntimeException | Error e) {
      failure = e;
      noteMissingAnswer(e);
      throw e;
    } finally {
      close(connection, failure);
    }
  }

  private void noteMissingAnswer(Throwable failure) {
    if (isTimeout(failure)) {
      answerMissingAt = System.nanoTime();
    }
  }

  /**
   * A connection of the pool. Whatever kept one connection from being answered probably keeps the
   * others, too: after a missing answer each is checked before it is used again, so that only one
   * caller waits for the timeout and not one for each connection.
   */
  private Future<SqlConnection> connect() {
    return connect(CHECK_TIMEOUT);
  }

  private Future<SqlConnection> connect(Duration checkTimeout) {
    Long missingAt = answerMissingAt;
    return pool.getConnection()
        .compose(
            connection ->
                missingAt == null || Connections.isCheckedSince(connection, missingAt)
                    ? Future.succeededFuture(connection)
                    : check(connection, checkTimeout));
  }

  private Future<SqlConnection> check(SqlConnection connection, Duration checkTimeout) {
    long now = System.nanoTime();
    return connection
        .query("SELECT 1")
        .execute()
        .timeout(checkTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .map(
            answer -> {
              Connections.noteChecked(connection, now);
              return connection;
            })
        .recover(
            failure -> {
              Connections.drop(connection);
              return connect(NEXT_CHECK_TIMEOUT);
            });
  }

  /**
   * Waits for the last answer of a connection, which is then closed; drops the connection on a
   * timeout.
   */
  static <T> Future<T> awaitLast(SqlConnection connection, Future<T> answer, Duration timeout) {
    return answer
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(SqlErrors.of(failure)))
        .onComplete(done -> close(connection, done.cause()));
  }

  private static void close(SqlConnection connection, @Nullable Throwable failure) {
    if (isTimeout(failure)) {
      Connections.drop(connection);
    } else {
      connection.close();
    }
  }

  private static boolean isTimeout(@Nullable Throwable failure) {
    return failure instanceof DatabaseUnavailable away && away.isTimeout();
  }

  private RowSet<Row> run(
      SqlConnection connection, String statement, @Nullable Object... parameters) {
    return await(connection.preparedQuery(statement).execute(Parameters.of(parameters)), timeout);
  }

  private final class OpenSession implements SqlSession {

    private final SqlConnection connection;

    OpenSession(SqlConnection connection) {
      this.connection = connection;
    }

    @Override
    public RowSet<Row> run(String statement, @Nullable Object... parameters) {
      return Database.this.run(connection, statement, parameters);
    }

    @Override
    public void execute(String script) {
      await(connection.query(script).execute(), timeout);
    }
  }

  private final class OpenTransaction implements Sql {

    private final SqlConnection connection;
    private final List<Runnable> afterCommit;
    private final List<Future<?>> sent = new ArrayList<>();

    OpenTransaction(SqlConnection connection, List<Runnable> afterCommit) {
      this.connection = connection;
      this.afterCommit = afterCommit;
      sent.add(connection.query("BEGIN").execute());
    }

    @Override
    public RowSet<Row> run(String statement, @Nullable Object... parameters) {
      Future<RowSet<Row>> answer = start(statement, parameters);
      awaitSent();
      return await(answer, timeout);
    }

    @Override
    public void send(String statement, @Nullable Object... parameters) {
      sent.add(start(statement, parameters));
    }

    @Override
    public void afterCommit(Runnable action) {
      afterCommit.add(action);
    }

    private Future<RowSet<Row>> start(String statement, @Nullable Object... parameters) {
      return connection.preparedQuery(statement).execute(Parameters.of(parameters));
    }

    /**
     * In order, so that the first failure is thrown and not the statements that PostgreSQL skipped
     * after it.
     */
    void awaitSent() {
      for (Future<?> answer : sent) {
        await(answer, timeout);
      }
      sent.clear();
    }

    void commit() {
      await(connection.query("COMMIT").execute(), timeout);
    }

    void rollBack(Throwable cause) {
      try {
        await(connection.query("ROLLBACK").execute(), timeout);
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }

  /**
   * Waits for a connection, and closes one that opens after the timeout.
   *
   * @throws SqlError if PostgreSQL refused the login
   * @throws DatabaseUnavailable if it does not open within {@code timeout}
   */
  public static <C extends SqlConnection> C open(Future<C> connection, Duration timeout) {
    try {
      return await(connection, timeout);
    } catch (DatabaseUnavailable e) {
      connection.onSuccess(SqlClient::close);
      throw e;
    } catch (SqlError e) {
      throw e.atLogin();
    }
  }

  /**
   * Waits for PostgreSQL's answer.
   *
   * @throws SqlError if PostgreSQL refused
   * @throws DatabaseUnavailable if it could not be reached, or did not respond within {@code
   *     timeout}
   */
  public static <T> T await(Future<T> answer, Duration timeout) {
    return await(answer.toCompletionStage().toCompletableFuture(), timeout);
  }

  /** {@link #await(Future, Duration)} for what was started for the event loop. */
  public static <T> T await(CompletableFuture<T> answer, Duration timeout) {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw SqlErrors.of(Objects.requireNonNullElse(e.getCause(), e));
    } catch (TimeoutException e) {
      throw new DatabaseUnavailable("no answer within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable("interrupted while waiting", e);
    }
  }
}
