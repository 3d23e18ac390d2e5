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
 * One session in a database of a cluster, for sequential code. A statement may take hours, so the
 * server is asked over another connection whether it still runs it: an unresponsive server or
 * network closes no connection, and TCP would wait for hours.
 */
public final class Session implements OwnerSession {

  private static final Logger LOG = Logger.getLogger(Session.class);
  private static final String NAME = "backup-service";
  private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(20);

  private static final String QUERY_CANCELED = "57014";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** The margin for the server's own lock timeout, which a script may have changed. */
  private static final Duration LOCK_GRACE = Duration.ofSeconds(1);

  private final String cluster;
  private final PgConnection connection;
  private final Logins logins;
  private final PostgresLogin login;
  private final PgConnectOptions options;
  private final PgConnectOptions monitorOptions;
  private final Duration timeout;
  private final Duration heartbeat;
  private Optional<Duration> lockWait = Optional.empty();
  private boolean blocked;
  private @Nullable CopyingSession copying;

  /** The server process that runs the current statement. */
  private int workingPid;

  private Session(
      String cluster,
      Logins logins,
      PostgresLogin login,
      PgConnectOptions options,
      PgConnectOptions monitorOptions,
      Duration timeout,
      Duration heartbeat) {
    this.cluster = cluster;
    this.connection = logins.open(options, LOGIN_TIMEOUT);
    this.logins = logins;
    this.login = login;
    this.options = options;
    this.monitorOptions = monitorOptions;
    this.timeout = timeout;
    this.heartbeat = heartbeat;
  }

  /**
   * Logs in.
   *
   * @param timeout how long the server may take for one statement; it cancels longer ones itself
   * @param heartbeat how often the server is asked whether it still runs a statement
   * @throws io.tenantry.kernel.db.SqlError if PostgreSQL refuses
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if it cannot be reached
   */
  static Session open(
      Logins logins,
      ClusterAccess access,
      Login login,
      String database,
      Duration timeout,
      Duration heartbeat) {
    PostgresLogin where = access.login(database, login.user(), login.password());
    PgConnectOptions options =
        where
            .reactive()
            .addProperty("application_name", NAME)
            .addProperty("statement_timeout", String.valueOf(timeout.toMillis()));
    login.settings().forEach(options::addProperty);
    // Only its own login may see what a session does, whatever role the session has set.
    PgConnectOptions monitorOptions =
        new PgConnectOptions(options).addProperty("role", login.user());
    try {
      return new Session(
          access.name(),
          logins,
          where,
          options,
          monitorOptions,
          timeout.plus(LOGIN_TIMEOUT),
          heartbeat);
    } catch (DatabaseUnavailable e) {
      throw e.at(access.name());
    }
  }

  @Override
  public RowSet<Row> run(String statement, @Nullable Object... parameters) {
    workingPid = connection.processId();
    return await(
        stage(connection.preparedQuery(statement).execute(Parameters.of(parameters))), timeout);
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
    await(send(script), timeout);
  }

  /** {@link #execute(String)} of a script with its own timeout. */
  public void execute(String script, Duration longest) {
    await(send(script), longest.plus(LOGIN_TIMEOUT));
  }

  private CompletableFuture<?> send(String script) {
    if (copying == null) {
      workingPid = connection.processId();
      return stage(connection.query(script).execute());
    }
    workingPid = copying.processId();
    return copying.send(ScriptPart.split(script));
  }

  private static <T> CompletableFuture<T> stage(Future<T> statement) {
    return statement.toCompletionStage().toCompletableFuture();
  }

  /**
   * Runs later scripts in a second session, whose driver can send rows for COPY. Both sessions are
   * in the same database and are closed together.
   */
  public void prepareToCopy() {
    if (copying == null) {
      copying = CopyingSession.open(login, options, connection.processId());
    }
  }

  /**
   * Cancels statements that wait longer for a lock, even if their script has changed that timeout.
   */
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
    while (!isAnswered(answer, interval()) && System.nanoTime() < end) {
      missed = isRunning() ? 0 : missed + 1;
      // Missed once, the answer may be on its way.
      if (missed > 1) {
        end();
        throw new DatabaseUnavailable(
            "the server no longer runs the statement and has not answered", new TimeoutException());
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
        .map(longest -> longest.plus(LOCK_GRACE))
        .filter(longest -> longest.compareTo(heartbeat) < 0)
        .orElse(heartbeat);
  }

  private static boolean isAnswered(CompletableFuture<?> answer, Duration timeout) {
    try {
      answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
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

  private boolean isRunning() {
    try {
      RowSet<Row> answer =
          queryActivity(
              "SELECT " + lockWait.map(Session::cancelIfBlocked).orElse("false"),
              "coalesce(state, '') NOT LIKE 'idle%'");
      blocked |= StreamSupport.stream(answer.spliterator(), false).anyMatch(r -> r.getBoolean(0));
      return answer.rowCount() == 1;
    } catch (SqlError e) {
      LOG.debugf(e, "the server is available, but accepts no more sessions");
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

  /** Terminates the session on the server, too: it may hold locks there. */
  private void end() {
    Connections.drop(connection);
    try {
      queryActivity("SELECT pg_catalog.pg_terminate_backend(pid)", "true");
    } catch (SqlError | DatabaseUnavailable e) {
      LOG.debugf(e, "session not terminated pid=%d", workingPid);
    }
  }

  /**
   * Queries the activity of this session's server process. The server may have given the process id
   * to a new session, so the row must also be of this database and application.
   */
  private RowSet<Row> queryActivity(String select, String condition) {
    return logins.ask(
        monitorOptions,
        "%s FROM pg_catalog.pg_stat_activity WHERE pid = %d AND datname = pg_catalog.current_database() AND application_name = '%s' AND %s"
            .formatted(select, workingPid, NAME, condition),
        LOGIN_TIMEOUT);
  }

  @Override
  public void close() {
    connection.close();
    if (copying != null) {
      copying.close();
    }
  }
}
