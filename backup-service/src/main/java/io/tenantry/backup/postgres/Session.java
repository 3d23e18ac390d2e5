package io.tenantry.backup.postgres;

import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.db.Connections;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Logins;
import io.tenantry.kernel.db.Parameters;
import io.tenantry.kernel.db.PostgresLogin;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.db.SqlErrors;
import io.tenantry.kernel.migration.ScriptPart;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One session in a database of a cluster, for sequential code. A statement may take hours, so while
 * it does the server is asked over another connection whether it still works at it: a server that
 * vanished, or a way to it, closes nothing, and TCP would wait for hours, too.
 */
public final class Session implements OwnerSession {

  private static final Logger LOG = Logger.getLogger(Session.class);
  private static final String NAME = "backup-service";
  private static final Duration LOGIN = Duration.ofSeconds(20);

  private static final String QUERY_CANCELED = "57014";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** The server itself cancels what waits for a lock, unless a script has told it not to. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final String cluster;
  private final PgConnection connection;
  private final Logins logins;
  private final PostgresLogin login;
  private final PgConnectOptions options;
  private final PgConnectOptions asking;
  private final Duration patience;
  private final Duration heartbeat;
  private Optional<Duration> lockWait = Optional.empty();
  private boolean blocked;
  private @Nullable CopyingSession copying;

  /** The server's process that has the statement which is waited for. */
  private int working;

  private Session(
      String cluster,
      Logins logins,
      PostgresLogin login,
      PgConnectOptions options,
      PgConnectOptions asking,
      Duration patience,
      Duration heartbeat) {
    this.cluster = cluster;
    this.connection = logins.open(options, LOGIN);
    this.logins = logins;
    this.login = login;
    this.options = options;
    this.asking = asking;
    this.patience = patience;
    this.heartbeat = heartbeat;
  }

  /**
   * Logs in.
   *
   * @param patience how long the server may take for one statement; it ends longer ones itself
   * @param heartbeat how often a server that works at one is asked whether it does
   * @throws io.tenantry.kernel.db.SqlError if PostgreSQL refuses
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if it cannot be reached
   */
  static Session open(
      Logins logins,
      ClusterAccess access,
      Login login,
      String database,
      Duration patience,
      Duration heartbeat) {
    PostgresLogin where = access.login(database, login.user(), login.password());
    PgConnectOptions options =
        where
            .reactive()
            .addProperty("application_name", NAME)
            .addProperty("statement_timeout", String.valueOf(patience.toMillis()));
    login.settings().forEach(options::addProperty);
    // Only its own login sees what a session does, whatever role that acts as.
    PgConnectOptions asking = new PgConnectOptions(options).addProperty("role", login.user());
    try {
      return new Session(
          access.name(), logins, where, options, asking, patience.plus(LOGIN), heartbeat);
    } catch (DatabaseUnavailable e) {
      throw e.at(access.name());
    }
  }

  @Override
  public RowSet<Row> run(String statement, @Nullable Object... parameters) {
    working = connection.processId();
    return await(
        stage(connection.preparedQuery(statement).execute(Parameters.of(parameters))), patience);
  }

  @Override
  public void send(String statement, @Nullable Object... parameters) {
    run(statement, parameters);
  }

  /**
   * {@inheritDoc}
   *
   * @param script may have rows for COPY after {@link #prepareToCopy}, as {@link ScriptPart#text}
   */
  @Override
  public void execute(String script) {
    await(send(script), patience);
  }

  /** {@link #execute(String)} of a script that may take longer than one statement may. */
  public void execute(String script, Duration longest) {
    await(send(script), longest.plus(LOGIN));
  }

  private CompletableFuture<?> send(String script) {
    if (copying == null) {
      working = connection.processId();
      return stage(connection.query(script).execute());
    }
    working = copying.processId();
    return copying.send(ScriptPart.split(script));
  }

  private static <T> CompletableFuture<T> stage(Future<T> statement) {
    return statement.toCompletionStage().toCompletableFuture();
  }

  /**
   * From now on scripts run in a second session, by a driver that can send rows for COPY. Both
   * sessions are in the same database, and end together.
   */
  public void prepareToCopy() {
    if (copying == null) {
      copying = CopyingSession.open(login, options, connection.processId());
    }
  }

  /** Cancels a statement that waits for a lock longer, whatever its script has set. */
  Session limitLockWaits(Duration longest) {
    lockWait = Optional.of(longest);
    return this;
  }

  private <T> T await(CompletableFuture<T> answer, Duration longest) {
    try {
      return awaitAnswer(answer, longest);
    } catch (DatabaseUnavailable e) {
      throw e.at(cluster);
    }
  }

  private <T> T awaitAnswer(CompletableFuture<T> answer, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    int missed = 0;
    blocked = false;
    while (!hasCome(answer, interval()) && System.nanoTime() < end) {
      missed = isAtWork() ? 0 : missed + 1;
      // Once may be an answer that is on its way.
      if (missed > 1) {
        end();
        throw new DatabaseUnavailable(
            "the server does not work at the statement any more, and has not answered",
            new TimeoutException());
      }
    }
    try {
      return Database.await(answer, Duration.ZERO);
    } catch (SqlError e) {
      if (blocked && e.sqlState().equals(QUERY_CANCELED)) {
        throw SqlErrors.of(
            new PgException("waited too long for a lock", "ERROR", LOCK_NOT_AVAILABLE, null));
      }
      throw e;
    }
  }

  private Duration interval() {
    return lockWait
        .map(longest -> longest.plus(GRACE))
        .filter(longest -> longest.compareTo(heartbeat) < 0)
        .orElse(heartbeat);
  }

  private static boolean hasCome(CompletableFuture<?> answer, Duration patience) {
    try {
      answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable("interrupted while waiting", e);
    }
  }

  private boolean isAtWork() {
    try {
      RowSet<Row> answer =
          about(
              "SELECT " + lockWait.map(Session::cancelIfBlocked).orElse("false"),
              "coalesce(state, '') NOT LIKE 'idle%'");
      blocked |= StreamSupport.stream(answer.spliterator(), false).anyMatch(r -> r.getBoolean(0));
      return answer.rowCount() == 1;
    } catch (SqlError e) {
      LOG.debugf(e, "the server is there, and takes no more sessions");
      return true;
    } catch (DatabaseUnavailable e) {
      return false;
    }
  }

  private static String cancelIfBlocked(Duration longest) {
    return """
    CASE WHEN EXISTS (
      SELECT
      FROM pg_catalog.pg_locks
      WHERE pg_locks.pid = pg_stat_activity.pid
        AND NOT granted
        AND waitstart < pg_catalog.clock_timestamp() - interval '%d ms'
    ) THEN pg_catalog.pg_cancel_backend(pid) ELSE false END\
    """
        .formatted(longest.toMillis());
  }

  /** Ends it on the server, too: it may hold locks there. */
  private void end() {
    Connections.drop(connection);
    try {
      about("SELECT pg_catalog.pg_terminate_backend(pid)", "true");
    } catch (SqlError | DatabaseUnavailable e) {
      LOG.debugf(e, "session %d may live on", working);
    }
  }

  private RowSet<Row> about(String select, String condition) {
    return logins.ask(
        asking,
        "%s FROM pg_catalog.pg_stat_activity WHERE pid = %d AND application_name = '%s' AND %s"
            .formatted(select, working, NAME, condition),
        LOGIN);
  }

  @Override
  public void close() {
    connection.close();
    if (copying != null) {
      copying.close();
    }
  }
}
