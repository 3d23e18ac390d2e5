package io.tenantry.tenant.conversion;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.ClusterConversion;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.registry.TenantDetails;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Converts tenants that a version of Tenantry without marks created. Each tenant is converted once;
 * marked tenants are skipped. Unmarked entries of the warm pool are no longer used.
 */
@Singleton
class LegacyTenantConversion {

  private static final Logger LOG = Logger.getLogger(LegacyTenantConversion.class);

  private final Clusters clusters;
  private final Database database;
  private final RecoveryMode mode;

  LegacyTenantConversion(Clusters clusters, Database database, RecoveryMode mode) {
    this.clusters = clusters;
    this.database = database;
    this.mode = mode;
  }

  @Scheduled(
      every = "${tenantry.conversion.interval}",
      delayed = "2s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void convertRegularly() {
    try {
      convert();
    } catch (RuntimeException e) {
      LOG.warnf("legacy tenants could not be read; retrying: %s", e.getMessage());
    }
  }

  synchronized void convert() {
    clusters.runOnEach(
        "legacy tenants could not be converted; retrying",
        cluster -> {
          cluster.prepareNow();
          if (!mode.active()) {
            convert(cluster);
          }
        });
  }

  private void convert(Cluster cluster) {
    ClusterConversion conversion = cluster.conversion();
    conversion.convertDatabasesOfAdmin();
    // Read before the marks, so that a tenant that was created since then is not among them.
    RowSet<Row> tenants = tenantsOn(cluster);
    Set<String> marked = marked(cluster);
    for (Row row : tenants) {
      if (!marked.contains(row.getString("role_name"))) {
        convert(conversion, row);
      }
    }
  }

  private RowSet<Row> tenantsOn(Cluster cluster) {
    return database.run(
        """
        SELECT tenant_id, role_name, schema_name IS NOT NULL AS schema,
          %s AS details
        FROM control_plane.tenants
        JOIN control_plane.tenant_databases USING (tenant_id)
        WHERE cluster = $1
          AND status IN ('active', 'suspended', 'deleting')
        """
            .formatted(TenantDetails.JSON),
        cluster.name());
  }

  private void convert(ClusterConversion conversion, Row row) {
    UUID tenant = row.getUUID("tenant_id");
    String role = row.getString("role_name");
    String details = row.getString("details");
    try {
      boolean converted =
          row.getBoolean("schema")
              ? conversion.convertSchema(tenant, role, details)
              : conversion.convertDatabase(tenant, role, details);
      if (converted) {
        LOG.infof("legacy tenant converted tenant=%s", tenant);
      } else if (isStillThere(tenant)) {
        LOG.errorf(
            "legacy tenant not converted: its database or schema is not a tenant's on the cluster tenant=%s",
            tenant);
      }
    } catch (RuntimeException e) {
      LOG.warnf(e, "legacy tenant could not be converted; retrying tenant=%s", tenant);
    }
  }

  /** A tenant that is being deleted has lost its database already. */
  private boolean isStillThere(UUID tenant) {
    return database.exists(
        "SELECT FROM control_plane.tenants WHERE tenant_id = $1 AND status IN ('active', 'suspended')",
        tenant);
  }

  /** The names of databases and schemas that have a mark. */
  private static Set<String> marked(Cluster cluster) {
    Set<String> marked = new HashSet<>();
    cluster.inventory().databases().stream()
        .filter(found -> found.mark().isPresent())
        .map(FoundDatabase::name)
        .forEach(marked::add);
    for (Map.Entry<String, Optional<Mark>> role : cluster.inventory().tenantRoles().entrySet()) {
      String name = role.getKey();
      boolean isSchemaOwner =
          role.getValue()
              .filter(mark -> mark.purpose() != Purpose.LOGIN && mark.purpose() != Purpose.OWNER)
              .isPresent();
      if (isSchemaOwner && name.endsWith(ClusterRoles.owner(""))) {
        marked.add(ClusterRoles.withoutOwnerSuffix(name));
      }
    }
    return marked;
  }
}
