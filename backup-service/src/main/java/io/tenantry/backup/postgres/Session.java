package io.tenantry.backup.postgres;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Logins;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** One session of the admin in a database of a cluster, for sequential code. */
public final class Session implements AutoCloseable {

  private static final Duration LOGIN = Duration.ofSeconds(20);

  private final PgConnection connection;
  private final Duration patience;

  private Session(PgConnection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  /**
   * Logs in.
   *
   * @param patience how long the server may take for one statement; it ends longer ones itself
   * @throws io.tenantry.kernel.db.SqlError if PostgreSQL refuses
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if it cannot be reached
   */
  static Session open(Logins logins, ClusterAccess admin, String database, Duration patience) {
    return open(logins, admin, database, patience, Map.of());
  }

  /** {@link #open(Logins, ClusterAccess, String, Duration)} with settings of the session. */
  static Session open(
      Logins logins,
      ClusterAccess admin,
      String database,
      Duration patience,
      Map<String, String> settings) {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(admin.host())
            .setPort(admin.port())
            .setDatabase(database)
            .setUser(admin.adminUser())
            .setPassword(admin.adminPassword())
            .setSslMode(SslMode.of(admin.sslMode()))
            .setTrustAll(true)
            .addProperty("application_name", "backup-service")
            .addProperty("client_min_messages", "warning")
            .addProperty("statement_timeout", String.valueOf(patience.toMillis()));
    settings.forEach(options::addProperty);
    return new Session(logins.open(options, LOGIN), patience.plus(LOGIN));
  }

  /** Runs a statement with parameters. */
  public RowSet<Row> run(String statement, Object... parameters) {
    return Database.await(
        connection.preparedQuery(statement).execute(Tuple.wrap(parameters)), patience);
  }

  /** The rows of a query, mapped. */
  public <T> List<T> list(String query, Function<Row, T> mapping, Object... parameters) {
    return StreamSupport.stream(run(query, parameters).spliterator(), false).map(mapping).toList();
  }

  /** The first row of a query, mapped. */
  public <T> Optional<T> first(String query, Function<Row, T> mapping, Object... parameters) {
    return list(query, mapping, parameters).stream().findFirst();
  }

  /** Runs a script by the simple protocol; without BEGIN several statements are one transaction. */
  public void execute(String script) {
    Database.await(connection.query(script).execute(), patience);
  }

  /** {@link #execute(String)} of a script that may take longer than one statement may. */
  public void execute(String script, Duration longest) {
    Database.await(connection.query(script).execute(), longest.plus(LOGIN));
  }

  @Override
  public void close() {
    connection.close();
  }
}
