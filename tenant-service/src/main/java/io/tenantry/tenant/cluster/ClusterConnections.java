package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.cluster.RoleRepair;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Logins;
import io.tenantry.kernel.db.Parameters;
import io.tenantry.kernel.db.SessionSettings;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.db.SqlErrors;
import io.tenantry.kernel.migration.JdbcScript;
import io.tenantry.kernel.migration.ScriptLimits;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.ConnectionString;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens connections to one cluster: as the admin, as other roles of Tenantry, and as tenants. */
final class ClusterConnections {

  /** The search path of sessions that do not run a blueprint's SQL. */
  static final String PLAIN_SEARCH_PATH = "pg_catalog, pg_temp";

  /** Added to statement timeouts for the network and the login. */
  private static final Duration NETWORK_ALLOWANCE = Duration.ofSeconds(10);

  /** A server that sends nothing for this long is considered unavailable. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofMinutes(10);

  /** The timeout of the login, and of the query, when a caller waits for the test of a login. */
  private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(3);

  private final ClusterAccess access;
  private final Supplier<ClusterAccess.Identity> identity;
  private final ClusterConfig config;
  private final Vertx vertx;
  private final Logins logins;
  private final SecureRandom random;
  private final List<Pool> pools = new ArrayList<>();
  private final Database maintenance;
  private final Database admin;
  private final Database drops;

  /**
   * Opens the admin's pools.
   *
   * @param identity called when the password of a role is needed
   */
  ClusterConnections(
      ClusterAccess access,
      Supplier<ClusterAccess.Identity> identity,
      ClusterConfig config,
      Vertx vertx,
      Logins logins,
      SecureRandom random) {
    this.access = access;
    this.identity = identity;
    this.config = config;
    this.vertx = vertx;
    this.logins = logins;
    this.random = random;
    this.maintenance = adminOf(access.maintenanceDatabase(), 1, config.statementTimeout());
    this.admin =
        adminOf(ClusterCatalog.DATABASE, config.adminConnections(), config.statementTimeout());
    this.drops = adminOf(ClusterCatalog.DATABASE, config.dropConnections(), config.dropTimeout());
  }

  /** A pool of admin sessions with a maximum size and a statement timeout. */
  private Database adminOf(String name, int connections, Duration statementTimeout) {
    Duration timeout = statementTimeout.plus(NETWORK_ALLOWANCE);
    Pool pool =
        PgBuilder.pool()
            .with(
                new PoolOptions()
                    .setMaxSize(connections)
                    .setIdleTimeout(5)
                    .setIdleTimeoutUnit(TimeUnit.MINUTES)
                    .setConnectionTimeout((int) timeout.toSeconds())
                    .setConnectionTimeoutUnit(TimeUnit.SECONDS))
            .connectingTo(adminOptions(name, statementTimeout))
            .using(vertx)
            .build();
    pools.add(pool);
    return Database.ofCluster(access.name(), pool, timeout.plus(NETWORK_ALLOWANCE));
  }

  /** Closes the admin's sessions immediately instead of after the idle timeout. */
  void close() {
    pools.forEach(Pool::close);
  }

  private PgConnectOptions adminOptions(String database, Duration statementTimeout) {
    return options(
        database,
        new Credentials(access.adminUser(), access.adminPassword()),
        statementTimeout,
        PLAIN_SEARCH_PATH);
  }

  private PgConnectOptions options(
      String database, Credentials credentials, Duration statementTimeout, String searchPath) {
    return access
        .login(database, credentials.role(), credentials.password())
        .reactive()
        .addProperty("application_name", "tenant-service")
        .addProperty("search_path", searchPath)
        .addProperty("statement_timeout", String.valueOf(statementTimeout.toMillis()));
  }

  ClusterAccess access() {
    return access;
  }

  /** The admin's session in the maintenance database, used until the catalog database exists. */
  Database maintenance() {
    return maintenance;
  }

  /** The admin's sessions in the catalog database. */
  Database admin() {
    return admin;
  }

  /** The admin's sessions for drops: few sessions with a long timeout. */
  Database drops() {
    return drops;
  }

  /**
   * Opens an admin session in a database that was just created and is not used yet, or in one of an
   * older version for statements that run no code of a tenant.
   */
  OwnerSession asAdminIn(String database) {
    return as(database, new Credentials(access.adminUser(), access.adminPassword()));
  }

  /** Opens a session as one of Tenantry's roles; if the login is refused, repairs the role once. */
  OwnerSession asRole(String database, String role) {
    try {
      return open(database, role);
    } catch (SqlError e) {
      if (!RoleRepair.mayHelp(e)) {
        throw e;
      }
      admin.inSession(
          session -> {
            RoleRepair.repair(session, role, identity.get().roleSecret(), random);
            return true;
          });
      return open(database, role);
    }
  }

  private OwnerSession open(String database, String role) {
    return as(database, derived(role));
  }

  private Credentials derived(String role) {
    return new Credentials(role, identity.get().roleSecret().passwordOf(role));
  }

  /** Opens a session with these credentials. */
  OwnerSession as(String database, Credentials credentials) {
    return open(
        options(database, credentials, config.statementTimeout(), PLAIN_SEARCH_PATH),
        config.statementTimeout());
  }

  private OwnerSession open(PgConnectOptions options, Duration statementTimeout) {
    return withClusterName(
        access.name(),
        () ->
            new Session(
                access.name(),
                logins.open(options, NETWORK_ALLOWANCE),
                statementTimeout.plus(NETWORK_ALLOWANCE)));
  }

  /** Opens a session of the admin in the catalog database that can only read. */
  OwnerSession readingAsAdmin(Duration statementTimeout) {
    return open(reading(adminOptions(ClusterCatalog.DATABASE, statementTimeout)), statementTimeout);
  }

  /** Opens a session of one of Tenantry's roles that can only read; does not repair the role. */
  OwnerSession readingAs(String database, String role, Duration statementTimeout) {
    return open(
        reading(options(database, derived(role), statementTimeout, PLAIN_SEARCH_PATH)),
        statementTimeout);
  }

  private static PgConnectOptions reading(PgConnectOptions options) {
    return options
        .addProperty("application_name", ClusterUsage.APPLICATION_NAME)
        .addProperty("default_transaction_read_only", "on")
        .addProperty("lock_timeout", String.valueOf(ClusterUsage.LOCK_TIMEOUT.toMillis()));
  }

  /** Adds the cluster's name to {@link DatabaseUnavailable}. */
  private static <T> T withClusterName(String cluster, Supplier<T> work) {
    try {
      return work.get();
    } catch (DatabaseUnavailable e) {
      throw e.at(cluster);
    }
  }

  /**
   * Logs in as a tenant, overriding the tenant's session settings.
   *
   * @return the session's database, login role, current role and current schema
   */
  List<String> describeSession(
      String database, String schema, String role, Credentials credentials) {
    Row here =
        ask(
                options(database, credentials, config.statementTimeout(), quote(schema))
                    .addProperty("role", role),
                "SELECT current_database(), session_user::text, current_user::text,"
                    + " current_schema()::text")
            .iterator()
            .next();
    return List.of(
        here.getString(0),
        here.getString(1),
        here.getString(2),
        Optional.ofNullable(here.getString(3)).orElse(""));
  }

  /** Tests the admin's login with a new connection. */
  void tryAdminLogin() {
    withClusterName(
        access.name(),
        () ->
            logins.ask(
                adminOptions(access.maintenanceDatabase(), config.statementTimeout()),
                "SELECT 1",
                LOGIN_TIMEOUT));
  }

  /** Whether the tenant can log in with this connection string. */
  boolean canLogIn(String connectionString) {
    try {
      ask(
          new ConnectionString(connectionString)
              .login(access.sslRootCertificate())
              .reactive()
              .addProperty("search_path", PLAIN_SEARCH_PATH),
          "SELECT 1");
      return true;
    } catch (SqlError e) {
      return false;
    }
  }

  private RowSet<Row> ask(PgConnectOptions login, String query) {
    return withClusterName(access.name(), () -> logins.ask(login, query, NETWORK_ALLOWANCE));
  }

  /** A JDBC data source, which Flyway needs, for one of Tenantry's roles. */
  PGSimpleDataSource jdbc(String database, Credentials credentials, String options) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {access.host()});
    source.setPortNumbers(new int[] {access.port()});
    source.setDatabaseName(database);
    source.setUser(credentials.role());
    source.setPassword(credentials.password());
    source.setSslMode(access.sslMode());
    access.tls().rootCertificateFile().ifPresent(file -> source.setSslRootCert(file.toString()));
    source.setOptions(SessionSettings.options(Map.of()) + " " + options);
    source.setTcpKeepAlive(true);
    source.setLoginTimeout((int) NETWORK_ALLOWANCE.toSeconds());
    source.setSocketTimeout((int) SOCKET_TIMEOUT.toSeconds());
    return source;
  }

  /** Creates the content of a database or schema in a transaction. */
  interface SchemaFiller {

    /** Creates the content. */
    void fill(Connection connection) throws SQLException;
  }

  /** Runs a blueprint's scripts in one transaction, as a role with a derived password. */
  void fill(String database, String role, SchemaFiller filler) {
    PGSimpleDataSource source =
        jdbc(database, derived(role), "-c search_path=pg_catalog,pg_temp " + fillingLimits());
    source.setPreferQueryMode(JdbcScript.QUERY_MODE);
    withClusterName(
        access.name(),
        () -> {
          try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            filler.fill(connection);
            connection.commit();
            return null;
          } catch (SQLException e) {
            throw SqlErrors.of(e);
          }
        });
  }

  /** Session options that limit the run time of a blueprint's scripts. */
  String fillingLimits() {
    return new ScriptLimits(config.statementTimeout(), config.statementTimeout())
        .settings().entrySet().stream()
            .map(setting -> "-c %s=%s".formatted(setting.getKey(), setting.getValue()))
            .collect(Collectors.joining(" "));
  }

  /** {@link #jdbc} for a role with a derived password. */
  DataSource jdbcAs(String database, String role) {
    return jdbc(database, derived(role), "");
  }

  /** {@link #jdbc} for a tenant's owner role; new objects belong to the content role. */
  DataSource jdbcAsOwner(String database, String role) {
    return jdbc(database, derived(ClusterRoles.owner(role)), "-c role=" + ClusterRoles.CONTENT);
  }

  /** A JDBC data source for the admin in the catalog database. */
  DataSource jdbcToCatalog() {
    return jdbc(
        ClusterCatalog.DATABASE,
        new Credentials(access.adminUser(), access.adminPassword()),
        "-c search_path=pg_catalog");
  }

  /** A session over one connection, for sequential code. */
  private record Session(String cluster, PgConnection connection, Duration timeout)
      implements OwnerSession {

    @Override
    public RowSet<Row> run(String statement, @Nullable Object... parameters) {
      return withClusterName(
          cluster,
          () ->
              Database.await(
                  connection.preparedQuery(statement).execute(Parameters.of(parameters)), timeout));
    }

    @Override
    public void execute(String script) {
      withClusterName(cluster, () -> Database.await(connection.query(script).execute(), timeout));
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
