package io.tenantry.tenant.cluster;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.ReplicaLocks;
import io.tenantry.kernel.db.ReplicaLocks.Lock;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.tenant.blueprint.Blueprint;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates tenants' schemas in the shared database of a cluster. The database is created with its
 * first tenant, and the extensions of each blueprint version before the version's first tenant.
 */
@Singleton
public final class SharedDatabases {

  private final ReplicaLocks locks;
  private final Map<String, SchemaScript> known = new ConcurrentHashMap<>();

  SharedDatabases(ReplicaLocks locks) {
    this.locks = locks;
  }

  /**
   * Creates a tenant's roles and its schema, which has the role's name and is filled in one
   * transaction.
   *
   * @param purpose {@code PROVISIONING} or {@code POOL}
   */
  public void createSchema(
      UUID tenant, Blueprint blueprint, Cluster cluster, Credentials credentials, Purpose purpose) {
    try {
      create(tenant, blueprint, cluster, credentials, purpose);
    } catch (SqlError e) {
      if (!e.namesMissingDatabase()) {
        throw e;
      }
      // The database was dropped in the meantime: create it again, once.
      known.remove(key(blueprint, cluster));
      cluster.logins().drop(tenant, credentials.role());
      create(tenant, blueprint, cluster, credentials, purpose);
    }
  }

  private void create(
      UUID tenant, Blueprint blueprint, Cluster cluster, Credentials credentials, Purpose purpose) {
    SchemaScript script =
        known.computeIfAbsent(key(blueprint, cluster), key -> prepareAlone(blueprint, cluster));
    cluster.schemas().create(tenant, credentials, blueprint.connectionLimit(), purpose, script);
  }

  private static String key(Blueprint blueprint, Cluster cluster) {
    return cluster.name() + "/" + blueprint.templateName();
  }

  /** One replica prepares the database; the others wait. */
  private SchemaScript prepareAlone(Blueprint blueprint, Cluster cluster) {
    locks.holding(
        List.of(Lock.exclusive(cluster.name() + "/" + Cluster.SHARED)),
        () -> {
          Extensions.require(blueprint, cluster);
          SharedDatabase.ensure(cluster);
          try {
            Extensions.create(
                blueprint, cluster.connections().jdbcAs(Cluster.SHARED, ClusterRoles.EXTENSIONS));
          } catch (SQLException e) {
            throw new IllegalStateException(
                "the extensions of blueprint " + blueprint.name() + " could not be created", e);
          }
          return true;
        });
    return SchemaScript.of(blueprint, cluster.connections().jdbcToCatalog());
  }
}
