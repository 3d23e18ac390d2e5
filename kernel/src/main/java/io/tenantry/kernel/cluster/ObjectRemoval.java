package io.tenantry.kernel.cluster;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.db.SqlSession;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The part of {@link ClusterObjects} that drops databases, schemas and roles, or takes them out of
 * use. Each method first compares the server and the object's mark with what the caller expects.
 */
public final class ObjectRemoval {

  private final ClusterObjects objects;

  /** For the objects of one cluster. */
  public ObjectRemoval(ClusterObjects objects) {
    this.objects = objects;
  }

  /**
   * Drops a database and terminates its sessions, if it is what is expected or was never finished.
   *
   * @return false if no database has this name
   * @throws IdentityMismatch if it is not what is expected; it is not changed
   */
  public boolean dropDatabase(SqlSession session, String name, Expected expected) {
    return objects.locked(
        session,
        Kind.DATABASE,
        name,
        () -> {
          Optional<FoundDatabase> found = FoundDatabase.find(session, name);
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
    if (!database.isUnfinished()) {
      objects.require("database", database.name(), database.comment(), expected);
    }
  }

  /**
   * Drops a tenant's schema in the shared database and everything owned by its roles there,
   * including large objects and default privileges, if the mark of its owner role is what is
   * expected.
   *
   * @param role the tenant's role, which has the same name as the schema
   * @param asOwner opens a session in the shared database as the owner role; called after the check
   * @return false if the owner role, and so the schema, does not exist
   * @throws IdentityMismatch if it is not what is expected; it is not changed
   */
  public boolean dropSchema(
      SqlSession session, String role, Expected expected, Supplier<OwnerSession> asOwner) {
    String owner = ClusterRoles.owner(role);
    return objects.locked(
        session,
        Kind.ROLE,
        owner,
        () -> {
          if (!roleExists(session, owner)) {
            return false;
          }
          objects.require(
              "schema", role, ClusterObjects.comment(session, Kind.ROLE, owner), expected);
          try (OwnerSession inside = asOwner.get()) {
            List<String> roles = existing(session, roles(role));
            inside.execute(
                "DROP OWNED BY %s CASCADE"
                    .formatted(String.join(", ", roles.stream().map(r -> quote(r)).toList())));
          } catch (SqlError e) {
            // Without the shared database there is no schema in it.
            if (!e.namesMissingDatabase()) {
              throw e;
            }
          }
          return true;
        });
  }

  /**
   * Drops a tenant's roles, after everything else of the tenant was dropped.
   *
   * @param role the tenant's role
   * @throws IdentityMismatch if one of them is not this tenant's, or its data still exists
   */
  public void dropRoles(SqlSession session, String role, UUID tenant) {
    objects.locked(
        session,
        Kind.DATABASE,
        role,
        () -> {
          FoundDatabase.find(session, role)
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
   * Drops the role that ran a blueprint's SQL.
   *
   * @throws IdentityMismatch if it is not what is expected
   */
  public void dropBuildRole(SqlSession session, String role) {
    objects.locked(
        session,
        Kind.ROLE,
        role,
        () -> {
          if (!roleExists(session, role)) {
            return false;
          }
          objects.require(session, Kind.ROLE, role, Expected.withoutTenant(Purpose.BUILD));
          session.execute("DROP ROLE IF EXISTS " + quote(role));
          return true;
        });
  }

  /**
   * Drops the roles of a scratch database, such as a drill's, after the database was dropped.
   *
   * @param role the first of them
   * @throws IdentityMismatch if one of them is not what is expected, or the database still exists
   */
  public void dropScratchRoles(SqlSession session, String role, Expected expected) {
    if (expected.purposes().stream().anyMatch(Purpose::holdsTenantData)) {
      throw new IllegalArgumentException(expected + " is no scratch");
    }
    objects.locked(
        session,
        Kind.DATABASE,
        role,
        () -> {
          if (FoundDatabase.find(session, role).isPresent()) {
            throw new IdentityMismatch(
                "The role %s was not dropped: there is a database of that name.".formatted(role));
          }
          List<String> roles = existing(session, roles(role));
          roles.forEach(name -> objects.require(session, Kind.ROLE, name, expected));
          dropAll(session, roles);
          return true;
        });
  }

  /**
   * Reassigns what a role owns in a database to another role and revokes its privileges there, so
   * that it can be dropped.
   *
   * @param session of that role itself
   */
  public static void releaseOwn(SqlSession session, String role, String heir) {
    session.execute(
        "SET ROLE NONE; REASSIGN OWNED BY %1$s TO %2$s; DROP OWNED BY %1$s"
            .formatted(quote(role), quote(heir)));
  }

  /** Drops the owner role first: it is a member of the others. */
  private static void dropAll(SqlSession session, List<String> roles) {
    if (!roles.isEmpty()) {
      session.execute(
          "DROP ROLE IF EXISTS "
              + String.join(", ", roles.reversed().stream().map(r -> quote(r)).toList()));
    }
  }

  private void requireTenants(Sql session, String role, UUID tenant) {
    Optional<Mark> mark = ClusterObjects.mark(session, Kind.ROLE, role);
    if (mark.isEmpty()
        || !mark.get().installation().equals(objects.installation())
        || !mark.get().tenant().equals(Optional.of(tenant))) {
      throw new IdentityMismatch(
          "The role %s is marked '%s', which is not this tenant's; it was left as it is."
              .formatted(role, mark.map(Mark::toString).orElse("")));
    }
  }

  /**
   * Takes a tenant's database out of use without losing data: closes it to connections and renames
   * it.
   *
   * @return its new name
   * @throws IdentityMismatch if it is not this tenant's
   */
  public String quarantine(SqlSession session, String name, UUID tenant) {
    String quarantined = "quarantine_" + tenant.toString().replace('-', '_');
    return objects.locked(
        session,
        Kind.DATABASE,
        name,
        () -> {
          FoundDatabase found =
              FoundDatabase.find(session, name)
                  .orElseThrow(
                      () -> new IdentityMismatch("There is no database %s.".formatted(name)));
          Expected expected = Expected.of(tenant, Purpose.TENANT, Purpose.FORMER, Purpose.UNDONE);
          require(found, expected);
          session.execute("ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(quote(name)));
          ClusterSessions.terminate(session, name);
          session.execute(
              "ALTER DATABASE %s RENAME TO %s; %s"
                  .formatted(
                      quote(name),
                      quote(quarantined),
                      objects.marking(
                          Kind.DATABASE,
                          quarantined,
                          found.mark().orElseThrow().as(Purpose.QUARANTINE))));
          return quarantined;
        });
  }

  /** A tenant's roles, the owner role last. */
  private static List<String> roles(String role) {
    return List.of(role, ClusterRoles.second(role), ClusterRoles.owner(role));
  }

  private static boolean roleExists(Sql session, String role) {
    return !existing(session, List.of(role)).isEmpty();
  }

  private static List<String> existing(Sql session, List<String> roles) {
    List<String> found =
        session.list(
            row -> row.getString(0),
            "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)",
            (Object) roles.toArray(String[]::new));
    return roles.stream().filter(found::contains).toList();
  }
}
