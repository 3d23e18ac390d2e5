package io.tenantry.tenant.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.registry.TenantDetails;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Copies tenants and blueprints from the registry to the clusters' catalogs, from which a lost
 * registry can be rebuilt.
 */
@Singleton
class CatalogSync {

  private static final Logger LOG = Logger.getLogger(CatalogSync.class);

  private final Database database;
  private final Clusters clusters;
  private final Blueprints blueprints;
  private final RecoveryMode mode;
  private final ObjectMapper mapper;

  /** The time up to which changes were copied, by cluster. */
  private final Map<String, Instant> syncedUntil = new ConcurrentHashMap<>();

  CatalogSync(
      Database database,
      Clusters clusters,
      Blueprints blueprints,
      RecoveryMode mode,
      ObjectMapper mapper) {
    this.database = database;
    this.clusters = clusters;
    this.blueprints = blueprints;
    this.mode = mode;
    this.mapper = mapper;
  }

  @Scheduled(
      every = "${tenantry.recovery.catalog-interval}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void syncRegularly() {
    try {
      sync();
    } catch (RuntimeException e) {
      LOG.warnf("cluster catalogs could not be synchronized; retrying: %s", e.getMessage());
    }
  }

  synchronized void sync() {
    // An outdated control database must not overwrite newer data: the generations of all clusters
    // are compared before the first write.
    Set<String> compared =
        clusters
            .callEach(
                cluster -> {
                  cluster.prepareNow();
                  return true;
                })
            .results()
            .keySet();
    if (mode.active()) {
      return;
    }
    clusters.runOnEach(
        "cluster catalog not synchronized; retrying",
        cluster -> {
          if (compared.contains(cluster.name())) {
            sync(cluster);
          } else {
            cluster.requireUsable();
          }
        });
  }

  private void sync(Cluster cluster) {
    Map<String, List<String>> known = ClusterCatalog.blueprintVersions(cluster.admin());
    blueprints
        .currentVersions()
        .forEach(
            (name, current) ->
                recordBlueprint(cluster, name, current, known.getOrDefault(name, List.of())));
    Instant since = syncedUntil.getOrDefault(cluster.name(), Instant.EPOCH);
    Instant newest = since;
    for (Row row :
        database.run(
            """
            SELECT tenant_id, tenants.updated_at,
              %s AS details
            FROM control_plane.tenants
            JOIN control_plane.tenant_databases USING (tenant_id)
            WHERE status IN ('active', 'suspended')
              AND cluster = $1
              AND tenants.updated_at > $2
            """
                .formatted(TenantDetails.JSON),
            cluster.name(),
            since)) {
      cluster.updateDetails(row.getUUID("tenant_id"), row.getString("details"));
      Instant changed = Columns.instant(row, "updated_at");
      newest = changed.isAfter(newest) ? changed : newest;
    }
    // A transaction with an earlier time may have been committed late, so the last minute is read
    // again.
    syncedUntil.put(
        cluster.name(), newest.equals(Instant.EPOCH) ? newest : newest.minusSeconds(60));
  }

  /**
   * Records missing versions of a blueprint and the current version in the catalog. All versions
   * are needed, because tenants may use any of them.
   *
   * @param known the versions in the catalog; the last one is its current version
   */
  private void recordBlueprint(Cluster cluster, String name, String current, List<String> known) {
    for (String version : blueprints.versions(name)) {
      boolean isCurrent = version.equals(current);
      if (!known.contains(version) || (isCurrent && !known.getLast().equals(version))) {
        blueprints
            .files(name, version)
            .ifPresent(
                files ->
                    ClusterCatalog.recordBlueprint(
                        cluster.admin(), name, version, json(files), isCurrent));
      }
    }
  }

  private String json(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
