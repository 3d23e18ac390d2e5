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
 * A PostgreSQL database for sequential code: every call waits for its answer. Call it on virtual
 * threads, never on an event loop.
 */
public final class Database implements Sql {

  private static final Logger LOG = Logger.getLogger(Database.class);

  private final Pool pool;
  private final Duration patience;
  private final UnaryOperator<DatabaseUnavailable> naming;

  /**
   * @param patience how long a connection, or an answer, is waited for before {@link
   *     DatabaseUnavailable}
   */
  public Database(Pool pool, Duration patience) {
    this(pool, patience, failure -> failure);
  }

  /** One of a cluster, which its errors name. */
  public static Database ofCluster(String cluster, Pool pool, Duration patience) {
    return new Database(pool, patience, failure -> failure.at(cluster));
  }

  private Database(Pool pool, Duration patience, UnaryOperator<DatabaseUnavailable> naming) {
    this.pool = pool;
    this.patience = patience;
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
    return pool.getConnection()
        .compose(
            connection ->
                last(
                    connection,
                    connection.preparedQuery(statement).execute(Parameters.of(parameters)),
                    patience))
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(SqlErrors.of(failure)))
        .toCompletionStage()
        .toCompletableFuture();
  }

  /**
   * Runs a script without parameters by the simple protocol, the way for what cannot be prepared.
   * Several statements in one script are one transaction.
   */
  public void execute(String script) {
    withConnection(connection -> await(connection.query(script).execute(), patience));
  }

  /** Runs {@code work} in one session outside of a transaction, each statement its own. */
  public <T> T inSession(Function<SqlSession, T> work) {
    return withConnection(connection -> work.apply(new OpenSession(connection)));
  }

  /** Runs {@code work} in one transaction; any exception rolls it back and is thrown on. */
  public <T> T inTransaction(Function<Sql, T> work) {
    // Done without the connection, which others wait for.
    List<Runnable> afterCommit = new ArrayList<>();
    T result =
        withConnection(
            connection -> inTransaction(new OpenTransaction(connection, afterCommit), work));
    afterCommit.forEach(Database::runQuietly);
    return result;
  }

  /** What is committed has succeeded, whatever becomes of what follows it. */
  private static void runQuietly(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.errorf(e, "what follows a commit failed");
    }
  }

  private <T> T inTransaction(OpenTransaction transaction, Function<Sql, T> work) {
    T result;
    try {
      result = work.apply(transaction);
      transaction.awaitSent();
    } catch (RuntimeException | Error e) {
      // With its connection it ends by itself.
      if (!isSilence(e)) {
        transaction.rollBack(e);
      }
      throw e;
    }
    transaction.commit();
    return result;
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
    try {
      return inConnection(work);
    } catch (DatabaseUnavailable e) {
      throw naming.apply(e);
    }
  }

  private <T> T inConnection(Function<SqlConnection, T> work) {
    SqlConnection connection = open(pool.getConnection(), patience);
    @Nullable Throwable failure = null;
    try {
      return work.apply(connection);
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      end(connection, failure);
    }
  }

  /** An answer with which a connection is done with, as when none comes in time. */
  static <T> Future<T> last(SqlConnection connection, Future<T> answer, Duration patience) {
    return answer
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(SqlErrors.of(failure)))
        .onComplete(done -> end(connection, done.cause()));
  }

  private static void end(SqlConnection connection, @Nullable Throwable failure) {
    if (isSilence(failure)) {
      Connections.drop(connection);
    } else {
      connection.close();
    }
  }

  private static boolean isSilence(@Nullable Throwable failure) {
    return failure instanceof DatabaseUnavailable away && away.isSilence();
  }

  private RowSet<Row> run(
      SqlConnection connection, String statement, @Nullable Object... parameters) {
    return await(connection.preparedQuery(statement).execute(Parameters.of(parameters)), patience);
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
      await(connection.query(script).execute(), patience);
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
      return await(answer, patience);
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

    /** In their order, so that the first failure is told and not what PostgreSQL skipped for it. */
    void awaitSent() {
      for (Future<?> answer : sent) {
        await(answer, patience);
      }
      sent.clear();
    }

    void commit() {
      await(connection.query("COMMIT").execute(), patience);
    }

    void rollBack(Throwable cause) {
      try {
        await(connection.query("ROLLBACK").execute(), patience);
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
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
    } catch (SqlError e) {
      throw e.atLogin();
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
    return await(answer.toCompletionStage().toCompletableFuture(), patience);
  }

  /** {@link #await(Future, Duration)} for what was begun for the event loop. */
  public static <T> T await(CompletableFuture<T> answer, Duration patience) {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw SqlErrors.of(Objects.requireNonNullElse(e.getCause(), e));
    } catch (TimeoutException e) {
      throw new DatabaseUnavailable("no answer within " + patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable("interrupted while waiting", e);
    }
  }
}
