package io.tenantry.tenant.orphan;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.Database;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.cluster.Credentials;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Finds and removes what no tenant has: the last net below leases and undo. By itself it removes
 * only what this control database recorded once: one that was restored from a backup knows nothing
 * of the tenants made since.
 *
 * <p>Easy to get wrong: the server is read before the control database. What stood on the server
 * had its row by then; had we read the rows first, a tenant made in between would look like an
 * orphan.
 */
@Singleton
class Reaper {

  private static final Logger LOG = Logger.getLogger(Reaper.class);

  private final Clusters clusters;
  private final Database database;

  Reaper(Clusters clusters, Database database) {
    this.clusters = clusters;
    this.database = database;
  }

  @Scheduled(
      every = "${tenantry.reaper.interval}",
      delayed = "30s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void reapRegularly() {
    try {
      List<Orphan> orphans = find();
      remove(orphans.stream().filter(Orphan::recorded).toList());
      orphans.stream()
          .filter(orphan -> !orphan.recorded())
          .forEach(
              orphan ->
                  LOG.warnf(
                      "orphan %s=%s cluster=%s is none that this control database recorded, and"
                          + " stays: see Disaster recovery",
                      orphan.kind(), orphan.name(), orphan.cluster()));
    } catch (RuntimeException e) {
      LOG.warnf(e, "orphans could not be looked for; it is tried again");
    }
  }

  /** All orphans, on every cluster. */
  List<Orphan> find() {
    return clusters.all().stream().map(this::find).flatMap(List::stream).toList();
  }

  /** Removes all orphans; returns what it removed. */
  List<Orphan> reap() {
    List<Orphan> orphans = find();
    remove(orphans);
    return orphans;
  }

  private void remove(List<Orphan> orphans) {
    for (Orphan orphan : orphans) {
      Cluster cluster = clusters.named(orphan.cluster());
      switch (orphan.kind()) {
        case schema -> cluster.dropSchema(orphan.name(), orphan.name());
        case database -> cluster.dropDatabase(orphan.name());
        case role -> cluster.dropRole(orphan.name());
      }
      LOG.warnf("removed orphan %s=%s cluster=%s", orphan.kind(), orphan.name(), orphan.cluster());
    }
  }

  private List<Orphan> find(Cluster cluster) {
    Map<Orphan.Kind, Set<String>> names = new EnumMap<>(Orphan.Kind.class);
    names.put(Orphan.Kind.database, cluster.tenantDatabases());
    names.put(Orphan.Kind.schema, cluster.tenantSchemas());
    names.put(Orphan.Kind.role, cluster.tenantRoles());
    Set<String> known = new HashSet<>();
    database
        .run(
            """
            SELECT database_name, schema_name, role_name
            FROM control_plane.tenant_databases
            WHERE cluster = $1
            UNION ALL
            SELECT database_name, schema_name, role_name
            FROM control_plane.pool_entries
            WHERE cluster = $1
            """,
            cluster.name())
        .forEach(
            row -> {
              known.add(row.getString("database_name"));
              known.add(row.getString("schema_name"));
              known.add(row.getString("role_name"));
              known.add(Credentials.secondRole(row.getString("role_name")));
            });
    names.values().forEach(ofKind -> ofKind.removeAll(known));
    Set<String> recorded = recorded(names.values());
    return names.entrySet().stream()
        .flatMap(
            ofKind ->
                ofKind.getValue().stream()
                    .map(
                        name ->
                            new Orphan(
                                cluster.name(), ofKind.getKey(), name, recorded.contains(name))))
        .toList();
  }

  private Set<String> recorded(Collection<Set<String>> names) {
    Set<String> recorded = new HashSet<>();
    database
        .run(
            "SELECT name FROM control_plane.recorded_names WHERE name = ANY ($1)",
            (Object) names.stream().flatMap(Set::stream).toArray(String[]::new))
        .forEach(row -> recorded.add(row.getString(0)));
    return recorded;
  }
}
