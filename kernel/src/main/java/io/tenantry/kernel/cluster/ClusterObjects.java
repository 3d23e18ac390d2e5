package io.tenantry.kernel.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.db.SqlSession;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The only code that drops, renames or hands over databases, schemas and roles of a cluster, and
 * that ends sessions there. Each method first reads in the same session which server it is on and
 * the thing's own {@link Mark}, compares both with what the caller expects, and refuses otherwise:
 * our records may be wrong, old, or of another installation. The static methods that end sessions
 * compare nothing: before them goes {@link #require} of the database, or {@link #requireLogins}.
 *
 * <p>All methods but {@link #dropSchema}'s second session need a session of the cluster's admin in
 * {@link ClusterCatalog#DATABASE}, where the advisory lock on a name is taken.
 */
public final class ClusterObjects {

  /** What has a mark. */
  public enum Kind {
    /** A database. */
    DATABASE("pg_database", "datname"),
    /** A role; the owner role of a schema has the mark of the schema. */
    ROLE("pg_authid", "rolname");

    private final String catalog;
    private final String nameColumn;

    Kind(String catalog, String nameColumn) {
      this.catalog = catalog;
      this.nameColumn = nameColumn;
    }

    /** What of the catalog everybody may read. */
    private String view() {
      return this == ROLE ? "pg_roles" : catalog;
    }

    private String comment(String object, Mark mark) {
      return "COMMENT ON %s %s IS %s".formatted(this, quote(object), literal(mark.toString()));
    }
  }

  /**
   * A database as the server has it.
   *
   * @param comment what stands where a mark would; null if nothing does
   * @param admitsConnections false until it is finished
   * @param template whether databases may be cloned from it
   */
  public record FoundDatabase(
      String name, String owner, String comment, boolean admitsConnections, boolean template) {

    /** Its mark. */
    public Optional<Mark> mark() {
      return Mark.parse(comment);
    }

    /**
     * Whether it is a golden template: closed and made a template last of all, when it is ready.
     */
    public boolean isGoldenTemplate() {
      return template && !admitsConnections;
    }

    /** Whether it was created, and nobody could connect to it since. */
    public boolean isUnfinished() {
      return owner.equals(ClusterRoles.SCRATCH) && comment == null && !admitsConnections;
    }
  }

  private static final String SELECT_DATABASE =
      """
      SELECT datname, pg_get_userbyid(datdba) AS owner, shobj_description(oid, 'pg_database') AS comment,
        datallowconn, datistemplate
      FROM pg_database
      """;

  private static final String UNDEFINED_DATABASE = "3D000";

  private final UUID installation;
  private final OptionalLong systemIdentifier;

  /**
   * For one cluster.
   *
   * @param installation this control plane's id
   * @param systemIdentifier the server's; empty before it is registered
   */
  public ClusterObjects(UUID installation, OptionalLong systemIdentifier) {
    this.installation = installation;
    this.systemIdentifier = systemIdentifier;
  }

  /** The registered cluster's system identifier; null before it is registered. */
  Long systemIdentifier() {
    return systemIdentifier.isPresent() ? (Long) systemIdentifier.getAsLong() : null;
  }

  /** This control plane's id. */
  public UUID installation() {
    return installation;
  }

  /**
   * Refuses a session on another server than the registered one.
   *
   * @throws TenantryException {@code CLUSTER_MISMATCH}
   */
  public void requireServer(Sql session) {
    requireServer(systemIdentifier(session));
  }

  private void requireServer(long found) {
    if (systemIdentifier.isPresent() && systemIdentifier.getAsLong() != found) {
      throw new TenantryException(
          ErrorCode.CLUSTER_MISMATCH,
          "The server that answers has the system identifier %d, and the registered cluster %d."
              .formatted(found, systemIdentifier.getAsLong()));
    }
  }

  /** The identifier that a server gets at initdb and shares with its standbys. */
  public static long systemIdentifier(Sql session) {
    return session
        .run("SELECT system_identifier FROM pg_catalog.pg_control_system()")
        .iterator()
        .next()
        .getLong(0);
  }

  /** The mark of a database or role; empty if it has none, or does not exist. */
  public static Optional<Mark> mark(Sql session, Kind kind, String name) {
    for (Row row :
        session.run(
            "SELECT shobj_description(oid, '%1$s') FROM %2$s WHERE %3$s = $1"
                .formatted(kind.catalog, kind.view(), kind.nameColumn),
            name)) {
      return Mark.parse(row.getString(0));
    }
    return Optional.empty();
  }

  /** A database; empty if there is none of this name. */
  public static Optional<FoundDatabase> database(Sql session, String name) {
    for (Row row : session.run(SELECT_DATABASE + "WHERE datname = $1", name)) {
      return Optional.of(found(row));
    }
    return Optional.empty();
  }

  /** All databases that bear a mark, or are not finished. */
  public static List<FoundDatabase> databases(Sql session) {
    List<FoundDatabase> found = new ArrayList<>();
    session
        .run(
            SELECT_DATABASE
                + """
                WHERE shobj_description(oid, 'pg_database') LIKE 'tenantry %%'
                  OR pg_get_userbyid(datdba) IN ('%s', '%s')
                ORDER BY datname
                """
                    .formatted(ClusterRoles.OWNER, ClusterRoles.SCRATCH))
        .forEach(row -> found.add(found(row)));
    return found;
  }

  private static FoundDatabase found(Row row) {
    return new FoundDatabase(
        row.getString("datname"),
        row.getString("owner"),
        row.getString("comment"),
        row.getBoolean("datallowconn"),
        row.getBoolean("datistemplate"));
  }

  /**
   * Refuses a session on another server than the registered one, or if a database or role is not
   * what is expected; one question to the server.
   *
   * @throws TenantryException {@code CLUSTER_MISMATCH}
   * @throws IdentityMismatch if it is something else, or does not exist
   */
  public void require(Sql session, Kind kind, String name, Expected expected) {
    Row found =
        session
            .run(
                """
                SELECT system_identifier,
                  (SELECT pg_catalog.shobj_description(oid, '%1$s') FROM pg_catalog.%2$s WHERE %3$s = $1)
                FROM pg_catalog.pg_control_system()
                """
                    .formatted(kind.catalog, kind.view(), kind.nameColumn),
                name)
            .iterator()
            .next();
    requireServer(found.getLong(0));
    if (Mark.parse(found.getString(1))
        .filter(mark -> expected.permits(mark, installation))
        .isEmpty()) {
      throw mismatch(kind.toString().toLowerCase(Locale.ROOT), name, found.getString(1), expected);
    }
  }

  /**
   * Refuses if one of these roles is no login of the tenant, or the session is on another server;
   * one question to the server.
   *
   * @return those of the roles that exist
   * @throws TenantryException {@code CLUSTER_MISMATCH}
   * @throws IdentityMismatch if one is something else
   */
  public Set<String> requireLogins(Sql session, UUID tenant, Collection<String> roles) {
    Expected expected = Expected.of(tenant, Purpose.LOGIN);
    Set<String> existing = new TreeSet<>();
    for (Row row :
        session.run(
            """
            SELECT system_identifier, rolname, pg_catalog.shobj_description(oid, 'pg_authid')
            FROM pg_catalog.pg_roles
            CROSS JOIN pg_catalog.pg_control_system()
            WHERE rolname = ANY ($1)
            """,
            (Object) roles.toArray(String[]::new))) {
      requireServer(row.getLong(0));
      String role = row.getString(1);
      if (Mark.parse(row.getString(2))
          .filter(mark -> expected.permits(mark, installation))
          .isEmpty()) {
        throw mismatch("role", role, row.getString(2), expected);
      }
      existing.add(role);
    }
    return existing;
  }

  /**
   * Marks a database of a version that knew no marks: it bears none, and belongs to the admin
   * itself, as what a restore had replaced did then. Anything else is left as it is.
   */
  public void markOlder(SqlSession session, String name, Mark mark) {
    locked(
        session,
        Kind.DATABASE,
        name,
        () -> {
          for (Row row :
              session.run(
                  """
                  SELECT pg_catalog.format('COMMENT ON DATABASE %I IS %L', datname, $2::text)
                  FROM pg_catalog.pg_database
                  WHERE datname = $1
                    AND pg_catalog.pg_get_userbyid(datdba) = current_user
                    AND pg_catalog.shobj_description(oid, 'pg_database') IS NULL
                  """,
                  name, mark.toString())) {
            session.execute(row.getString(0));
          }
          return true;
        });
  }

  /** The statement that marks a thing of which the caller knows that it has no other mark. */
  public String marking(Kind kind, String name, Mark mark) {
    return kind.comment(name, mark);
  }

  /**
   * Changes the purpose of a database or role, if it has the expected mark, in one transaction.
   *
   * @throws IdentityMismatch if it has another, or does not exist
   */
  public void changeMark(Sql session, Kind kind, String name, Mark expected, Mark next) {
    refuseMismatch(
        () ->
            session.run(
                "SELECT catalog.change_mark($1, $2, $3, $4, $5)",
                kind.toString(),
                name,
                expected.toString(),
                next.toString(),
                systemIdentifier()));
  }

  /** Runs a function of the catalog, which refuses with the SQLSTATE TN010 or TN011. */
  static <T> T refuseMismatch(Supplier<T> statement) {
    try {
      return statement.get();
    } catch (SqlError e) {
      if (e.sqlState().equals(ClusterCatalog.OTHER_MARK)) {
        throw new IdentityMismatch(e.getMessage());
      }
      if (e.sqlState().equals(ClusterCatalog.OTHER_SERVER)) {
        throw new TenantryException(ErrorCode.CLUSTER_MISMATCH, e.getMessage());
      }
      throw e;
    }
  }

  /**
   * Drops a database with all its sessions, if it is what is expected, or was never finished.
   *
   * @return false if there is none of this name
   * @throws IdentityMismatch if it is something else; it stays as it is
   */
  public boolean dropDatabase(SqlSession session, String name, Expected expected) {
    return locked(
        session,
        Kind.DATABASE,
        name,
        () -> {
          Optional<FoundDatabase> found = database(session, name);
          found.ifPresent(
              database -> {
                require(database, expected);
                if (database.template()) {
                  session.execute("ALTER DATABASE %s IS_TEMPLATE false".formatted(quote(name)));
                }
                session.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(quote(name)));
              });
          return found.isPresent();
        });
  }

  private void require(FoundDatabase database, Expected expected) {
    if (!database.isUnfinished()
        && database.mark().filter(mark -> expected.permits(mark, installation)).isEmpty()) {
      throw mismatch("database", database.name(), database.comment(), expected);
    }
  }

  static IdentityMismatch mismatch(String kind, String name, String comment, Expected expected) {
    return new IdentityMismatch(
        "The %s %s is marked '%s', and %s was expected; it was left as it is."
            .formatted(
                kind,
                name,
                comment == null ? "" : comment,
                expected.purposes().stream().sorted().map(Purpose::toString).toList()));
  }

  /**
   * Drops a tenant's schema in the shared database and everything there that belongs to its roles,
   * large objects and default privileges included, if the mark of its owner role is what is
   * expected.
   *
   * @param role the tenant's role, whose name the schema has
   * @param asOwner opens a session in the shared database as the owner role; it is asked for after
   *     the check
   * @return false if there is no such owner role, and so no schema of it
   * @throws IdentityMismatch if it is something else; it stays as it is
   */
  public boolean dropSchema(
      SqlSession session, String role, Expected expected, Supplier<OwnerSession> asOwner) {
    String owner = ClusterRoles.owner(role);
    return locked(
        session,
        Kind.ROLE,
        owner,
        () -> {
          if (!roleExists(session, owner)) {
            return false;
          }
          Optional<Mark> mark = mark(session, Kind.ROLE, owner);
          if (mark.filter(found -> expected.permits(found, installation)).isEmpty()) {
            throw mismatch("schema", role, mark.map(Mark::toString).orElse(null), expected);
          }
          try (OwnerSession inside = asOwner.get()) {
            List<String> roles = existing(session, roles(role));
            inside.execute(
                "DROP OWNED BY %s CASCADE"
                    .formatted(String.join(", ", roles.stream().map(r -> quote(r)).toList())));
          } catch (SqlError e) {
            // Without the shared database there is no schema in it.
            if (!e.sqlState().equals(UNDEFINED_DATABASE)) {
              throw e;
            }
          }
          return true;
        });
  }

  /** A session as an owner role. */
  public interface OwnerSession extends SqlSession, AutoCloseable {
    @Override
    void close();
  }

  /**
   * Drops a tenant's roles, of which nothing may be left but the roles.
   *
   * @param role the tenant's role
   * @throws IdentityMismatch if one of them is not this tenant's, or its data is there still
   */
  public void dropRoles(SqlSession session, String role, UUID tenant) {
    locked(
        session,
        Kind.DATABASE,
        role,
        () -> {
          database(session, role)
              .filter(database -> !database.isUnfinished())
              .ifPresent(
                  database -> {
                    throw new IdentityMismatch(
                        "The role %s was not dropped: there is a database of that name."
                            .formatted(role));
                  });
          List<String> roles = existing(session, roles(role));
          roles.forEach(name -> requireTenants(session, name, tenant));
          dropAll(session, roles);
          return true;
        });
  }

  /**
   * Drops a role that a blueprint's SQL ran as.
   *
   * @throws IdentityMismatch if it is something else
   */
  public void dropBuildRole(SqlSession session, String role) {
    locked(
        session,
        Kind.ROLE,
        role,
        () -> {
          if (!roleExists(session, role)) {
            return false;
          }
          Expected expected = Expected.noTenants(Purpose.BUILD);
          Optional<Mark> mark = mark(session, Kind.ROLE, role);
          if (mark.filter(found -> expected.permits(found, installation)).isEmpty()) {
            throw mismatch("role", role, mark.map(Mark::toString).orElse(null), expected);
          }
          session.execute("DROP ROLE IF EXISTS " + quote(role));
          return true;
        });
  }

  /**
   * Drops the roles that were made for a scratch database, which is gone: a drill's, for example.
   *
   * @param role the first of them
   * @throws IdentityMismatch if one of them is something else, or the database is still there
   */
  public void dropScratchRoles(SqlSession session, String role, Expected expected) {
    if (expected.purposes().stream().anyMatch(Purpose::holdsTenantData)) {
      throw new IllegalArgumentException(expected + " is no scratch");
    }
    locked(
        session,
        Kind.DATABASE,
        role,
        () -> {
          if (database(session, role).isPresent()) {
            throw new IdentityMismatch(
                "The role %s was not dropped: there is a database of that name.".formatted(role));
          }
          List<String> roles = existing(session, roles(role));
          roles.forEach(name -> require(session, Kind.ROLE, name, expected));
          dropAll(session, roles);
          return true;
        });
  }

  /**
   * Gives what a role owns in a database to another, and takes its rights there, so that it can be
   * dropped.
   *
   * @param session of that role itself
   */
  public static void releaseOwn(SqlSession session, String role, String heir) {
    session.execute(
        "SET ROLE NONE; REASSIGN OWNED BY %1$s TO %2$s; DROP OWNED BY %1$s"
            .formatted(quote(role), quote(heir)));
  }

  /** The owner role first: it is a member of the others. */
  private static void dropAll(SqlSession session, List<String> roles) {
    if (!roles.isEmpty()) {
      session.execute(
          "DROP ROLE IF EXISTS "
              + String.join(", ", roles.reversed().stream().map(r -> quote(r)).toList()));
    }
  }

  private void requireTenants(Sql session, String role, UUID tenant) {
    Optional<Mark> mark = mark(session, Kind.ROLE, role);
    if (mark.isEmpty()
        || !mark.get().installation().equals(installation)
        || !mark.get().tenant().equals(Optional.of(tenant))) {
      throw new IdentityMismatch(
          "The role %s is marked '%s', which is not this tenant's; it was left as it is."
              .formatted(role, mark.map(Mark::toString).orElse("")));
    }
  }

  /**
   * Takes a tenant's database out of use without losing anything: closed to connections, under
   * another name.
   *
   * @return its new name
   * @throws IdentityMismatch if it is not this tenant's
   */
  public String quarantine(SqlSession session, String name, UUID tenant) {
    String quarantined = "quarantine_" + tenant.toString().replace('-', '_');
    return locked(
        session,
        Kind.DATABASE,
        name,
        () -> {
          FoundDatabase found =
              database(session, name)
                  .orElseThrow(
                      () -> new IdentityMismatch("There is no database %s.".formatted(name)));
          Expected expected = Expected.of(tenant, Purpose.TENANT, Purpose.FORMER, Purpose.UNDONE);
          require(found, expected);
          session.execute("ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(quote(name)));
          endSessions(session, name);
          session.execute(
              "ALTER DATABASE %s RENAME TO %s; %s"
                  .formatted(
                      quote(name),
                      quote(quarantined),
                      marking(
                          Kind.DATABASE,
                          quarantined,
                          found.mark().orElseThrow().as(Purpose.QUARANTINE))));
          return quarantined;
        });
  }

  /**
   * Ends the sessions in a database. The type of another role's backend is hidden from the admin,
   * so they are told by their roles: a worker has none, and a superuser's cannot be ended.
   */
  private static final String END_SESSIONS =
      """
      SELECT pg_terminate_backend(pid)
      FROM pg_stat_activity
      JOIN pg_roles ON pg_roles.oid = usesysid AND NOT rolsuper
      WHERE pid <> pg_backend_pid()
        AND\s""";

  /** Ends the sessions in a database. */
  public static void endSessions(Sql session, String database) {
    session.run(END_SESSIONS + "datname = $1", database);
  }

  /**
   * Ends the sessions in a database whose name may change meanwhile.
   *
   * @param oid of the database
   */
  public static void endSessions(Sql session, long oid) {
    session.run(END_SESSIONS + "datid = $1::int8::oid", oid);
  }

  /** Ends the sessions of tenants' login roles. */
  public static void endSessionsOf(Sql session, Set<String> logins) {
    session.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1)",
        (Object) logins.toArray(String[]::new));
  }

  /** Ends the sessions of login roles in one database. */
  public static void endSessionsOf(Sql session, Set<String> logins, String database) {
    session.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1) AND"
            + " datname = $2",
        logins.toArray(String[]::new),
        database);
  }

  /** Ends the sessions of tenants' roles that may not log in; returns how many there were. */
  public static int endBlockedSessions(Sql session) {
    return session
        .run(
            """
            SELECT pg_terminate_backend(session.pid)
            FROM pg_stat_activity session
            JOIN pg_roles role ON role.oid = session.usesysid AND NOT role.rolcanlogin
            JOIN pg_auth_members member
              ON member.member = role.oid
              AND member.roleid IN ('%s'::regrole, '%s'::regrole)
            """
                .formatted(ClusterRoles.APP, ClusterRoles.SHARED_APP))
        .rowCount();
  }

  /** A tenant's roles, the owner role last. */
  private static List<String> roles(String role) {
    return List.of(role, ClusterRoles.second(role), ClusterRoles.owner(role));
  }

  private static boolean roleExists(Sql session, String role) {
    return !existing(session, List.of(role)).isEmpty();
  }

  private static List<String> existing(Sql session, List<String> roles) {
    Set<String> found = new HashSet<>();
    session
        .run(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)",
            (Object) roles.toArray(String[]::new))
        .forEach(row -> found.add(row.getString(0)));
    return roles.stream().filter(found::contains).toList();
  }

  /** Does this while no other session changes what has this name. */
  <T> T locked(SqlSession session, Kind kind, String name, Supplier<T> work) {
    String key = kind + " " + name;
    session.run("SELECT pg_advisory_lock(hashtextextended($1, 0))", key);
    try {
      requireServer(session);
      return work.get();
    } finally {
      session.run("SELECT pg_advisory_unlock(hashtextextended($1, 0))", key);
    }
  }
}
