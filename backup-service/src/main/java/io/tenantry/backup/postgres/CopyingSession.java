package io.tenantry.backup.postgres;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.PostgresLogin;
import io.tenantry.kernel.db.SqlErrors;
import io.tenantry.kernel.migration.JdbcScript;
import io.tenantry.kernel.migration.ScriptPart;
import io.vertx.pgclient.PgConnectOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** A second session that uses the JDBC driver, which can send rows for COPY. */
final class CopyingSession implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(CopyingSession.class);

  /** The driver sends these itself. */
  private static final List<String> OF_THE_DRIVER =
      List.of("application_name", "client_encoding", "DateStyle", "extra_float_digits", "TimeZone");

  private final Connection connection;

  private CopyingSession(Connection connection) {
    this.connection = connection;
  }

  /**
   * Logs in with the login and settings of another session.
   *
   * @param peer the server process of that session, which must have the same database and role
   */
  static CopyingSession open(PostgresLogin login, PgConnectOptions like, int peer) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {login.host()});
    source.setPortNumbers(new int[] {login.port()});
    source.setDatabaseName(login.database());
    source.setUser(login.user());
    source.setPassword(login.password());
    source.setSslMode(login.tls().sslMode());
    login.tls().rootCertificateFile().ifPresent(file -> source.setSslRootCert(file.toString()));
    source.setApplicationName(like.getProperties().get("application_name"));
    source.setPreferQueryMode(JdbcScript.QUERY_MODE);
    source.setOptions(options(like.getProperties()));
    CopyingSession session;
    try {
      session = new CopyingSession(source.getConnection());
    } catch (SQLException e) {
      throw SqlErrors.of(e);
    }
    try {
      session.requireSameDatabase(peer);
      return session;
    } catch (SQLException e) {
      session.close();
      throw SqlErrors.of(e);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static String options(Map<String, String> settings) {
    return settings.entrySet().stream()
        .filter(setting -> !OF_THE_DRIVER.contains(setting.getKey()))
        .map(
            setting ->
                "-c %s=%s"
                    .formatted(
                        setting.getKey(),
                        setting.getValue().replace("\\", "\\\\").replace(" ", "\\ ")))
        .collect(Collectors.joining(" "));
  }

  private void requireSameDatabase(int process) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TIME ZONE 'UTC'");
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT
              FROM pg_catalog.pg_stat_activity
              WHERE pid = %d
                AND datname = pg_catalog.current_database()
                AND usename = session_user
              """
                  .formatted(process))) {
        if (!row.next()) {
          throw new DatabaseUnavailable(
              "the second session is not in the database of the first",
              new IllegalStateException());
        }
      }
    }
  }

  int processId() {
    try {
      return connection.unwrap(PGConnection.class).getBackendPID();
    } catch (SQLException e) {
      throw SqlErrors.of(e);
    }
  }

  /** Runs the parts one after the other, on its own thread. */
  CompletableFuture<Void> send(List<ScriptPart> parts) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("copying-session")
        .start(
            () -> {
              try {
                JdbcScript.run(connection, parts);
                answer.complete(null);
              } catch (SQLException e) {
                answer.completeExceptionally(SqlErrors.of(e));
              } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debugf(e, "session not closed");
    }
  }
}
