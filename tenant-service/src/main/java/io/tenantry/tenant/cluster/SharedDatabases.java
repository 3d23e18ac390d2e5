package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.tenant.blueprint.Blueprint;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The database that tenants of one cluster share, each with a schema of its own: made with the
 * first of them, and given the extensions of each blueprint version before its first tenant.
 */
@Singleton
public final class SharedDatabases {

  private final Database controlDatabase;
  private final Map<String, SchemaScript> known = new ConcurrentHashMap<>();

  SharedDatabases(Database controlDatabase) {
    this.controlDatabase = controlDatabase;
  }

  /**
   * Makes a tenant's role and its schema, filled, in one transaction.
   *
   * @param schema the schema's name
   */
  public void createSchema(
      Blueprint blueprint, Cluster cluster, String schema, Credentials credentials) {
    try {
      create(blueprint, cluster, schema, credentials);
    } catch (SqlError e) {
      if (!e.sqlState().equals(Cluster.UNDEFINED_DATABASE)) {
        throw e;
      }
      // Somebody dropped the database under us: make it again, once.
      known.remove(key(blueprint, cluster));
      create(blueprint, cluster, schema, credentials);
    }
  }

  private void create(
      Blueprint blueprint, Cluster cluster, String schema, Credentials credentials) {
    SchemaScript script =
        known.computeIfAbsent(key(blueprint, cluster), key -> prepareAlone(blueprint, cluster));
    cluster.createSchema(
        schema, credentials, blueprint.connectionLimit(), script.fill(schema, credentials.role()));
  }

  private static String key(Blueprint blueprint, Cluster cluster) {
    return cluster.name() + "/" + blueprint.templateName();
  }

  /** One replica prepares, the others wait: the lock lives in the control database they share. */
  private SchemaScript prepareAlone(Blueprint blueprint, Cluster cluster) {
    controlDatabase.transact(
        sql -> {
          sql.run(
              "SELECT pg_advisory_xact_lock(hashtext($1))", cluster.name() + "/" + Cluster.SHARED);
          cluster.createSharedDatabase();
          try {
            Extensions.create(blueprint, cluster.jdbc(Cluster.SHARED));
          } catch (SQLException e) {
            throw new IllegalStateException(
                "the extensions of blueprint " + blueprint.name() + " could not be created", e);
          }
        });
    return SchemaScript.of(blueprint, cluster.jdbc(Cluster.SHARED));
  }
}
