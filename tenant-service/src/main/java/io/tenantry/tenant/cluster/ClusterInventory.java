package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.APP;
import static io.tenantry.kernel.cluster.ClusterRoles.SHARED_APP;

import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Lists Tenantry's databases, schemas and roles on one cluster by their marks; read-only. */
public final class ClusterInventory {

  private final ClusterConnections connections;
  private final ClusterSetup setup;

  ClusterInventory(ClusterConnections connections, ClusterSetup setup) {
    this.connections = connections;
    this.setup = setup;
  }

  /** The databases on this server that have a mark, or that Tenantry's group roles own. */
  public List<FoundDatabase> databases() {
    return FoundDatabase.all(admin());
  }

  /**
   * The tenants' roles on this server with their marks; the mark of a schema is on its owner role.
   */
  public Map<String, Optional<Mark>> tenantRoles() {
    Map<String, Optional<Mark>> found = new TreeMap<>();
    // Since PostgreSQL 16 the creator of a group is also a member.
    admin()
        .run(
            """
            SELECT rolname, shobj_description(oid, 'pg_authid')
            FROM pg_roles
            WHERE shobj_description(oid, 'pg_authid') ~ '^tenantry (login|owner|pool|provisioning|tenant|quarantine) '
              OR oid IN (
                SELECT member
                FROM pg_auth_members
                WHERE roleid IN ('%s'::regrole, '%s'::regrole)
              ) AND rolname <> current_user
            """
                .formatted(APP, SHARED_APP))
        .forEach(row -> found.put(row.getString(0), Mark.parse(row.getString(1))));
    return found;
  }

  /** The databases with these names that exist on this server, with any owner. */
  public Set<String> existingDatabases(Collection<String> names) {
    return among(
        admin(), "SELECT datname FROM pg_database WHERE datname = ANY ($1::text[])", names);
  }

  /** The schemas with these names that exist in the shared database, with any owner. */
  public Set<String> existingSchemas(Collection<String> names) {
    if (names.isEmpty() || existingDatabases(Set.of(Cluster.SHARED)).isEmpty()) {
      return Set.of();
    }
    try (OwnerSession shared = connections.asRole(Cluster.SHARED, ClusterRoles.EXTENSIONS)) {
      return among(
          shared, "SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1::text[])", names);
    }
  }

  /** The roles with these names that exist on this server. */
  public Set<String> existingRoles(Collection<String> names) {
    return among(admin(), "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])", names);
  }

  private static Set<String> among(Sql session, String query, Collection<String> names) {
    Set<String> found = new TreeSet<>();
    session
        .run(query, (Object) names.toArray(String[]::new))
        .forEach(row -> found.add(row.getString(0)));
    return found;
  }

  /** The purpose in the mark of a tenant's database or schema. */
  public Optional<Purpose> purposeOf(String role, UUID tenant) {
    return ClusterObjects.mark(admin(), Kind.DATABASE, role)
        .or(() -> ClusterObjects.mark(admin(), Kind.ROLE, ClusterRoles.owner(role)))
        .filter(
            mark -> mark.equals(Mark.of(setup.objects().installation(), mark.purpose(), tenant)))
        .map(Mark::purpose);
  }

  private Database admin() {
    setup.prepare();
    return connections.admin();
  }
}
