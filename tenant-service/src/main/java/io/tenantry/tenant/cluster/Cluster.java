package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Logins;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.GoldenTemplateName;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server that holds tenants' databases, through the eyes of its admin role.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>Databases belong to the role {@value #OWNER} and tenants' roles to the group {@value #APP}
 *       from the statement that creates them: by that, and not by a name, the reaper knows its own.
 *   <li>A clone admits nobody until its grants stand: GRANTs on the template are not cloned, and
 *       PUBLIC may connect to every new database.
 *   <li>Both drops are safe to repeat.
 * </ul>
 */
public final class Cluster {

  /** Owner of all tenants' databases and golden templates; cannot log in. */
  static final String OWNER = "tenantry_owner";

  /** Group of all tenants' roles, with the rights on what a golden template holds. */
  static final String APP = "tenantry_app";

  /** The database that tenants share who have a schema of their own. */
  public static final String SHARED = "tenantry_shared";

  /** Group of those tenants' roles; they reach that database, and by themselves nothing in it. */
  static final String SHARED_APP = "tenantry_shared_app";

  private static final String SHARED_LOCALE = "C.UTF-8";

  static final String UNDEFINED_DATABASE = "3D000";
  private static final String DUPLICATE_DATABASE = "42P04";

  private static final int OLDEST_VERSION = 15;

  /** For the way to the server and back, and for a login. */
  private static final Duration ALLOWANCE = Duration.ofSeconds(10);

  private final ClusterAccess access;
  private final Vertx vertx;
  private final Logins logins;
  private final SecureRandom random;
  private final UUID installationId;
  private final Database admin;
  private final Database demolition;
  private final Database shared;
  private volatile boolean prepared;

  Cluster(
      ClusterAccess access,
      ClusterConfig config,
      Vertx vertx,
      Logins logins,
      SecureRandom random,
      UUID installationId) {
    this.access = access;
    this.vertx = vertx;
    this.logins = logins;
    this.random = random;
    this.installationId = installationId;
    this.admin =
        database(
            access.maintenanceDatabase(), config.adminConnections(), config.statementTimeout());
    this.demolition =
        database(access.maintenanceDatabase(), config.dropConnections(), config.dropTimeout());
    this.shared = database(SHARED, config.adminConnections(), config.statementTimeout());
  }

  /** The admin's sessions, so many at most, each statement limited by the server to so long. */
  private Database database(String name, int connections, Duration statementTimeout) {
    Duration patience = statementTimeout.plus(ALLOWANCE);
    Pool pool =
        PgBuilder.pool()
            .with(
                new PoolOptions()
                    .setMaxSize(connections)
                    .setIdleTimeout(5)
                    .setIdleTimeoutUnit(TimeUnit.MINUTES)
                    .setConnectionTimeout((int) patience.toSeconds())
                    .setConnectionTimeoutUnit(TimeUnit.SECONDS))
            .connectingTo(
                connectOptions(name, new Credentials(access.adminUser(), access.adminPassword()))
                    .addProperty("statement_timeout", String.valueOf(statementTimeout.toMillis()))
                    // DROP … IF EXISTS is how an undo repeats itself, and no news.
                    .addProperty("client_min_messages", "warning"))
            .using(vertx)
            .build();
    return new Database(pool, patience.plus(ALLOWANCE));
  }

  ClusterAccess access() {
    return access;
  }

  public String name() {
    return access.name();
  }

  public String host() {
    return access.host();
  }

  public int port() {
    return access.port();
  }

  /** Clones a template. The database admits nobody before {@link #admit}. */
  public void createDatabase(String database, String template, int connectionLimit) {
    prepare();
    // WAL_LOG: FILE_COPY, quicker for large templates alone, forces two checkpoints a clone.
    admin.execute(
        "CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY WAL_LOG ALLOW_CONNECTIONS false CONNECTION LIMIT %d"
            .formatted(quote(database), OWNER, quote(template), connectionLimit));
  }

  /**
   * Drops a database with all its sessions; none of that name is fine too. It waits for a
   * checkpoint, which after a burst of clones takes seconds: few at a time, and with more patience.
   */
  public void dropDatabase(String database) {
    demolition.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(quote(database)));
  }

  /**
   * Creates a tenant's login role. Its commit need not wait for the disk: the role is of no use
   * before {@link #admit}, whose commit on the same server has it on disk, too.
   */
  public void createRole(Credentials credentials) {
    prepare();
    admin.execute(
        """
        SELECT set_config('synchronous_commit', 'off', true);
        CREATE ROLE %s LOGIN PASSWORD %s IN ROLE %s;
        """
            .formatted(
                quote(credentials.role()),
                literal(ScramVerifier.of(credentials.password(), random)),
                APP));
  }

  /** Drops a role and its second one; none of that name is fine too. */
  public void dropRole(String role) {
    admin.execute(
        "DROP ROLE IF EXISTS %s, %s".formatted(quote(Credentials.secondRole(role)), quote(role)));
  }

  /**
   * Gives a tenant's role, or its second one, a new password. The second is a member of the role
   * and acts as it, with its limit and settings. Sessions with the former password end.
   *
   * @param role the tenant's role
   * @param credentials of that role or of its second
   */
  public void renewCredentials(String role, Credentials credentials) {
    String login = credentials.role();
    blockLogins(Set.of(login));
    String verifier = literal(ScramVerifier.of(credentials.password(), random));
    admin.execute(
        (login.equals(role) ? "" : secondRole(role, login))
            + "ALTER ROLE %s LOGIN PASSWORD %s;".formatted(quote(login), verifier));
  }

  /** What makes the second role, if need be, and gives it what the first has. */
  private String secondRole(String role, String second) {
    StringBuilder script = new StringBuilder();
    if (!exists(second)) {
      script.append("CREATE ROLE %s NOLOGIN;\n".formatted(quote(second)));
    }
    for (Row row :
        admin.run(
            """
            SELECT roleid::regrole::text
            FROM pg_auth_members
            WHERE member = $1::text::regrole
            """,
            quote(role))) {
      script.append("GRANT %s TO %s;\n".formatted(row.getString(0), quote(second)));
    }
    script.append(
        """
        GRANT %1$s TO %2$s;
        ALTER ROLE %2$s CONNECTION LIMIT %3$d;
        """
            .formatted(quote(role), quote(second), connectionLimit(role)));
    for (Row row :
        admin.run(
            """
            SELECT coalesce('IN DATABASE ' || quote_ident(datname), ''),
              split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
            FROM pg_db_role_setting
            CROSS JOIN unnest(setconfig) AS setting
            LEFT JOIN pg_database ON pg_database.oid = setdatabase
            WHERE setrole = $1::text::regrole
            """,
            quote(role))) {
      script.append(
          """
          SELECT set_config(%2$s, %3$s, true);
          ALTER ROLE %4$s %1$s SET %5$s FROM CURRENT;
          """
              .formatted(
                  row.getString(0),
                  literal(row.getString(1)),
                  literal(row.getString(2)),
                  quote(second),
                  quote(row.getString(1))));
    }
    // What it makes belongs to the first, so that each can use what the other made.
    return script
        .append("ALTER ROLE %s SET role TO %s;\n".formatted(quote(second), literal(role)))
        .toString();
  }

  private boolean exists(String role) {
    return admin.run("SELECT FROM pg_roles WHERE rolname = $1", role).rowCount() == 1;
  }

  private int connectionLimit(String role) {
    return admin
        .run("SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", role)
        .iterator()
        .next()
        .getInteger(0);
  }

  /** Keeps a role from logging in, ends its sessions and forgets its password. */
  public void retireCredentials(String role) {
    blockLogins(Set.of(role));
    if (exists(role)) {
      admin.execute("ALTER ROLE %s PASSWORD NULL".formatted(quote(role)));
    }
  }

  /** Lets this role, and nobody else, into a database, in one transaction. */
  public void admit(String role, String database) {
    admin.execute(
        """
        REVOKE ALL ON DATABASE %1$s FROM PUBLIC;
        GRANT CONNECT, TEMPORARY ON DATABASE %1$s TO %2$s;
        ALTER DATABASE %1$s ALLOW_CONNECTIONS true;
        """
            .formatted(quote(database), quote(role)));
  }

  /** Keeps roles, those of them that exist, from logging in, and ends their sessions. */
  public void blockLogins(Set<String> roles) {
    alter(roles, "NOLOGIN");
    admin.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1)",
        (Object) roles.toArray(String[]::new));
  }

  /** Lets roles, those of them that exist, log in. */
  public void permitLogins(Set<String> roles) {
    alter(roles, "LOGIN");
  }

  private void alter(Set<String> roles, String attribute) {
    prepare();
    StringBuilder script = new StringBuilder();
    for (Row row :
        admin.run(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)",
            (Object) roles.toArray(String[]::new))) {
      script.append("ALTER ROLE %s %s;\n".formatted(quote(row.getString(0)), attribute));
    }
    if (!script.isEmpty()) {
      admin.execute(script.toString());
    }
  }

  /** Ends the sessions of tenants' roles that may not log in; returns how many there were. */
  int endBlockedSessions() {
    prepare();
    return admin
        .run(
            """
            SELECT pg_terminate_backend(session.pid)
            FROM pg_stat_activity session
            JOIN pg_roles role ON role.oid = session.usesysid AND NOT role.rolcanlogin
            JOIN pg_auth_members member
              ON member.member = role.oid
              AND member.roleid IN ('%s'::regrole, '%s'::regrole)
            """
                .formatted(APP, SHARED_APP))
        .rowCount();
  }

  /** Makes the database that tenants share, unless it is there, and lets their group into it. */
  void createSharedDatabase() {
    prepare();
    try {
      admin.execute(
          "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8' LOCALE '%s' ALLOW_CONNECTIONS false"
              .formatted(SHARED, OWNER, SHARED_LOCALE));
    } catch (SqlError e) {
      if (!e.sqlState().equals(DUPLICATE_DATABASE)) {
        throw e;
      }
    }
    admit(SHARED_APP, SHARED);
    shared.execute(
        """
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO %s;
        """
            .formatted(SHARED_APP));
  }

  /**
   * Creates a tenant's login role, and in the shared database its schema, in one transaction.
   *
   * @param fill what makes the schema and all that is in it
   */
  void createSchema(String schema, Credentials credentials, int connectionLimit, String fill) {
    prepare();
    shared.execute(
        """
        CREATE ROLE %1$s LOGIN CONNECTION LIMIT %2$d PASSWORD %3$s IN ROLE %4$s;
        ALTER ROLE %1$s IN DATABASE %5$s SET search_path = %6$s;
        """
                .formatted(
                    quote(credentials.role()),
                    connectionLimit,
                    literal(ScramVerifier.of(credentials.password(), random)),
                    SHARED_APP,
                    SHARED,
                    SchemaScript.searchPath(schema))
            + fill);
  }

  /** Ends a tenant's sessions for good and drops its schema; none of that name is fine too. */
  public void dropSchema(String schema, String role) {
    blockLogins(Set.of(role, Credentials.secondRole(role)));
    try {
      shared.execute("DROP SCHEMA IF EXISTS %s CASCADE".formatted(quote(schema)));
    } catch (SqlError e) {
      if (!e.sqlState().equals(UNDEFINED_DATABASE)) {
        throw e;
      }
    }
  }

  /** {@link #verify(String, String, String, Credentials)} of the tenant's role itself. */
  public void verify(String database, String schema, Credentials credentials) {
    verify(database, schema, credentials.role(), credentials);
  }

  /**
   * Logs in as the tenant over a new connection and looks around.
   *
   * @param schema the schema that unqualified names have to mean
   * @param role the role that it has to act as
   * @throws IllegalStateException if it is somewhere, or someone, else
   */
  public void verify(String database, String schema, String role, Credentials credentials) {
    Row here =
        logins
            .ask(
                connectOptions(database, credentials),
                "SELECT current_database(), current_user, current_schema()",
                ALLOWANCE)
            .iterator()
            .next();
    if (!database.equals(here.getString(0))
        || !role.equals(here.getString(1))
        || !schema.equals(here.getString(2))) {
      throw new IllegalStateException("the tenant's connection leads elsewhere: " + database);
    }
  }

  /** The tenant's connection string, a URL as libpq and most drivers read it. */
  public String connectionString(String database, Credentials credentials) {
    return "postgresql://%s:%s@%s:%d/%s?sslmode=%s"
        .formatted(
            credentials.role(),
            credentials.password(),
            access.host(),
            access.port(),
            database,
            access.sslMode());
  }

  /** The databases on this server that Tenantry made for tenants. */
  public Set<String> tenantDatabases() {
    prepare();
    return names(
        """
        SELECT datname
        FROM pg_database
        WHERE datdba = '%s'::regrole
          AND NOT starts_with(datname, '%s')
          AND datname <> '%s'
        """
            .formatted(OWNER, GoldenTemplateName.PREFIX, SHARED));
  }

  /** The schemas in the shared database, if there is one, that Tenantry made for tenants. */
  public Set<String> tenantSchemas() {
    prepare();
    return names("SELECT datname FROM pg_database WHERE datname = '%s'".formatted(SHARED)).isEmpty()
        ? new TreeSet<>()
        : names(
            shared,
            "SELECT nspname FROM pg_namespace WHERE nspowner = '%s'::regrole".formatted(OWNER));
  }

  /** The roles on this server that Tenantry made for tenants. */
  public Set<String> tenantRoles() {
    prepare();
    // Since version 16 the creator of a group is a member, too.
    return names(
        """
        SELECT role.rolname
        FROM pg_auth_members member
        JOIN pg_roles role ON role.oid = member.member
        WHERE member.roleid IN ('%s'::regrole, '%s'::regrole)
          AND role.rolname <> current_user
        """
            .formatted(APP, SHARED_APP));
  }

  /** Those of these databases that are on this server, whoever owns them. */
  public Set<String> existingDatabases(Collection<String> names) {
    return among(admin, "SELECT datname FROM pg_database WHERE datname = ANY ($1::text[])", names);
  }

  /** Those of these schemas that are in the shared database, whoever owns them. */
  public Set<String> existingSchemas(Collection<String> names) {
    return names.isEmpty() || existingDatabases(Set.of(SHARED)).isEmpty()
        ? Set.of()
        : among(shared, "SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1::text[])", names);
  }

  /** Those of these roles that are on this server. */
  public Set<String> existingRoles(Collection<String> names) {
    return among(admin, "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])", names);
  }

  private static Set<String> among(Database database, String query, Collection<String> names) {
    return names(database, query, (Object) names.toArray(String[]::new));
  }

  private Set<String> names(String query) {
    return names(admin, query);
  }

  private static Set<String> names(Database database, String query, Object... parameters) {
    Set<String> names = new TreeSet<>();
    database.run(query, parameters).forEach(row -> names.add(row.getString(0)));
    return names;
  }

  /** The admin's own database access, for the golden templates. */
  Database admin() {
    prepare();
    return admin;
  }

  /** The admin's way into a database of this cluster by JDBC, which Flyway needs. */
  DataSource jdbc(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {access.host()});
    source.setPortNumbers(new int[] {access.port()});
    source.setDatabaseName(database);
    source.setUser(access.adminUser());
    source.setPassword(access.adminPassword());
    source.setSslMode(access.sslMode());
    return source;
  }

  private PgConnectOptions connectOptions(String database, Credentials credentials) {
    return new PgConnectOptions()
        .setHost(access.host())
        .setPort(access.port())
        .setDatabase(database)
        .setUser(credentials.role())
        .setPassword(credentials.password())
        .setSslMode(SslMode.of(access.sslMode()))
        .setTrustAll(true)
        .addProperty("application_name", "tenant-service");
  }

  /** Makes Tenantry's two group roles and claims the server for this installation, once. */
  void prepare() {
    if (prepared) {
      return;
    }
    int version =
        Integer.parseInt(admin.run("SHOW server_version_num").iterator().next().getString(0))
            / 10_000;
    if (version < OLDEST_VERSION) {
      throw unusable(
          "runs PostgreSQL %d, at least %d is needed".formatted(version, OLDEST_VERSION));
    }
    createGroup(APP);
    createGroup(SHARED_APP);
    createGroup(OWNER);
    admin.execute("GRANT %s TO CURRENT_USER".formatted(OWNER));
    claim();
    prepared = true;
  }

  private void createGroup(String role) {
    try {
      admin.execute("CREATE ROLE %s NOLOGIN".formatted(role));
    } catch (SqlError e) {
      // There already, or another replica just made it.
      if (!e.sqlState().equals("42710") && !e.sqlState().equals("23505")) {
        throw e;
      }
    }
  }

  private void claim() {
    String claim = "Tenantry installation " + installationId;
    String found =
        admin
            .run("SELECT shobj_description('%s'::regrole, 'pg_authid')".formatted(OWNER))
            .iterator()
            .next()
            .getString(0);
    if (found == null) {
      admin.execute("COMMENT ON ROLE %s IS %s".formatted(OWNER, literal(claim)));
    } else if (!found.equals(claim)) {
      throw unusable("belongs to another control plane");
    }
  }

  private TenantryException unusable(String reason) {
    return new TenantryException(
        ErrorCode.REGION_UNAVAILABLE,
        "The region's PostgreSQL cluster cannot be used.",
        new IllegalStateException("The cluster " + access.name() + " " + reason + "."));
  }
}
