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
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the ownership of databases, schemas and roles on a cluster. Only this class and its parts
 * drop, rename or hand over such objects, and terminate sessions: {@link ObjectRemoval}, {@link
 * MarkChanges}, {@link DatabaseExchange}, {@link SchemaObjects} and {@link ClusterSessions}. Each
 * method first reads, in the same session, the server's identity and the object's own {@link Mark},
 * compares both with what the caller expects, and refuses on a mismatch: the registry may be wrong,
 * outdated, or of another installation.
 *
 * <p>All methods but those of {@link SchemaObjects} and the second session of {@link
 * ObjectRemoval#dropSchema} need a session of the cluster's admin in {@link
 * ClusterCatalog#DATABASE}, where the advisory lock on a name is taken.
 */
public final class ClusterObjects {

  /** The kinds of objects that have marks. */
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

    /** The view of the catalog that every role may read. */
    private String view() {
      return this == ROLE ? "pg_roles" : catalog;
    }

    private String comment(String object, Mark mark) {
      return "COMMENT ON %s %s IS %s".formatted(this, quote(object), literal(mark.toString()));
    }
  }

  private final UUID installation;
  private final OptionalLong systemIdentifier;

  /**
   * For one cluster.
   *
   * @param installation this control plane's id
   * @param systemIdentifier the server's; empty before the cluster is registered
   */
  public ClusterObjects(UUID installation, OptionalLong systemIdentifier) {
    this.installation = installation;
    this.systemIdentifier = systemIdentifier;
  }

  /** The registered cluster's system identifier; null before the cluster is registered. */
  @Nullable Long systemIdentifier() {
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
    return session.one(
        row -> row.getLong(0), "SELECT system_identifier FROM pg_catalog.pg_control_system()");
  }

  /** The mark of a database or role; empty if it has none, or does not exist. */
  public static Optional<Mark> mark(Sql session, Kind kind, String name) {
    return Mark.parse(comment(session, kind, name));
  }

  /**
   * The comment on an object, which may be a mark; null if there is no comment or no such object.
   */
  static @Nullable String comment(Sql session, Kind kind, String name) {
    return session
        .first(
            row -> row.getString(0),
            "SELECT shobj_description(oid, '%1$s') FROM %2$s WHERE %3$s = $1"
                .formatted(kind.catalog, kind.view(), kind.nameColumn),
            name)
        .orElse(null);
  }

  /**
   * Refuses a session on another server than the registered one, or if a database or role is not
   * what is expected, with one query.
   *
   * @throws TenantryException {@code CLUSTER_MISMATCH}
   * @throws IdentityMismatch if it is not what is expected, or does not exist
   */
  public void require(Sql session, Kind kind, String name, Expected expected) {
    Row found =
        session.one(
            row -> row,
            """
            SELECT system_identifier,
              (SELECT pg_catalog.shobj_description(oid, '%1$s') FROM pg_catalog.%2$s WHERE %3$s = $1)
            FROM pg_catalog.pg_control_system()
            """
                .formatted(kind.catalog, kind.view(), kind.nameColumn),
            name);
    requireServer(found.getLong(0));
    require(kind.toString().toLowerCase(Locale.ROOT), name, found.getString(1), expected);
  }

  /**
   * Refuses if one of these roles is not a login role of the tenant, or the session is on another
   * server, with one query.
   *
   * @return those of the roles that exist
   * @throws TenantryException {@code CLUSTER_MISMATCH}
   * @throws IdentityMismatch if one of them is not what is expected
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
      require("role", role, row.getString(2), expected);
      existing.add(role);
    }
    return existing;
  }

  /** The statement that marks an object; the caller must know that it has no other mark. */
  public String marking(Kind kind, String name, Mark mark) {
    return kind.comment(name, mark);
  }

  /** Runs a function of the catalog and translates its SQLSTATEs TN010 and TN011. */
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
   * Refuses what is not expected.
   *
   * @param comment the object's comment, which may be a mark
   */
  void require(String kind, String name, @Nullable String comment, Expected expected) {
    if (Mark.parse(comment).filter(mark -> expected.permits(mark, installation)).isEmpty()) {
      throw new IdentityMismatch(
          "The %s %s is marked '%s', and %s was expected; it was left as it is."
              .formatted(
                  kind,
                  name,
                  comment == null ? "" : comment,
                  expected.purposes().stream().sorted().map(Purpose::toString).toList()));
    }
  }

  /** Runs the work under a lock, so that no other session changes the object of this name. */
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
