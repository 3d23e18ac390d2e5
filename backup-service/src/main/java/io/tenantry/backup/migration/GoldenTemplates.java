package io.tenantry.backup.migration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Scratch;
import io.tenantry.backup.postgres.Session;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.db.ReplicaLocks;
import io.tenantry.kernel.db.ReplicaLocks.Lock;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.ClusterDirectory;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Reads golden templates, which tenant-service builds with Flyway: once for each version and
 * cluster, from a clone, because a template accepts no connections.
 */
@Singleton
final class GoldenTemplates {

  private static final Logger LOG = Logger.getLogger(GoldenTemplates.class);

  private static final int MAX_CACHED = 200;

  private final ClusterDirectory directory;
  private final Clusters clusters;
  private final ScratchDatabases scratch;
  private final ReplicaLocks locks;
  private final Cache<String, GoldenTemplate> known =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).build();

  GoldenTemplates(
      ClusterDirectory directory, Clusters clusters, ScratchDatabases scratch, ReplicaLocks locks) {
    this.directory = directory;
    this.clusters = clusters;
    this.scratch = scratch;
    this.locks = locks;
  }

  /**
   * Returns the template of any cluster; the history is the same on each.
   *
   * @throws TenantryException {@code GOLDEN_TEMPLATE_MISSING}
   */
  GoldenTemplate get(BlueprintVersion version) {
    for (String cluster : directory.names()) {
      try {
        Optional<GoldenTemplate> found =
            directory.find(cluster).flatMap(access -> find(version, access));
        if (found.isPresent()) {
          return found.get();
        }
      } catch (RuntimeException e) {
        // Unreachable, not prepared, another server, a password that cannot be decrypted: any
        // other cluster will do.
        LOG.warnf(e, "golden template not read; trying the next cluster cluster=%s", cluster);
      }
    }
    throw missing(version, "any cluster");
  }

  /**
   * Returns the template of this cluster.
   *
   * @throws TenantryException {@code GOLDEN_TEMPLATE_MISSING}
   */
  GoldenTemplate get(BlueprintVersion version, ClusterAccess cluster) {
    return find(version, cluster)
        .orElseThrow(() -> missing(version, "the cluster " + cluster.name()));
  }

  private static TenantryException missing(BlueprintVersion version, String where) {
    return new TenantryException(
        ErrorCode.GOLDEN_TEMPLATE_MISSING,
        ("Blueprint %s has no golden template of version %s on %s yet; retry once tenant-service"
                + " has built it.")
            .formatted(version.blueprint(), version.version(), where));
  }

  private Optional<GoldenTemplate> find(BlueprintVersion version, ClusterAccess cluster) {
    String key = cluster.name() + "/" + version.templateName();
    GoldenTemplate found = known.getIfPresent(key);
    if (found != null) {
      return Optional.of(found);
    }
    return isReady(version, cluster)
        ? Optional.of(known.get(key, absent -> readAlone(version, cluster)))
        : Optional.empty();
  }

  private boolean isReady(BlueprintVersion version, ClusterAccess cluster) {
    try (Session session = clusters.admin(cluster)) {
      return FoundDatabase.find(session, version.templateName())
          .filter(FoundDatabase::isGoldenTemplate)
          .isPresent();
    }
  }

  /**
   * The clone's name is fixed, so that the next read drops a clone left by a crash; therefore one
   * replica reads at a time.
   */
  private GoldenTemplate readAlone(BlueprintVersion version, ClusterAccess cluster) {
    Scratch clone = clone(version);
    return locks.holding(
        List.of(lock(cluster, clone)),
        () -> {
          scratch.cloneTemplate(cluster, clone, version.templateName());
          try (Session session = clusters.owner(cluster, clone.data())) {
            return read(session, version.templateName());
          } finally {
            // In the background, because it waits for a checkpoint.
            Thread.ofVirtual().name("drop-" + clone.name()).start(() -> dropAlone(cluster, clone));
          }
        });
  }

  private static Scratch clone(BlueprintVersion version) {
    UUID id = UUID.nameUUIDFromBytes(version.templateName().getBytes(StandardCharsets.UTF_8));
    return new Scratch(
        ScratchDatabases.Purpose.GOLDEN,
        id,
        Optional.empty(),
        ScratchDatabases.Purpose.GOLDEN.nameFor(id));
  }

  private static Lock lock(ClusterAccess cluster, Scratch clone) {
    return Lock.exclusive(cluster.name() + "/" + clone.name());
  }

  private void dropAlone(ClusterAccess cluster, Scratch clone) {
    try {
      locks.holding(
          List.of(lock(cluster, clone)),
          () -> {
            scratch.drop(cluster, clone);
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warnf(
          "clone not dropped; the next read drops it database=%s: %s",
          clone.name(), e.getMessage());
    }
  }

  private static GoldenTemplate read(Session session, String template) {
    String schema =
        session
            .first(
                row -> row.getString(0),
                """
                SELECT nspname
                FROM pg_catalog.pg_class
                JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
                WHERE relname = $1
                  AND relkind = 'r'
                """,
                History.TABLE)
            .orElseThrow(() -> new IllegalStateException("a golden template has no history"));
    List<HistoryRow> history = History.read(session, schema);
    boolean whole = schema.equals("public");
    Catalog catalog = CatalogReader.read(session, schema, whole, Optional.empty(), template);
    return new GoldenTemplate(history, whole ? catalog : withUsage(catalog));
  }

  /**
   * Templates of older versions lack USAGE on the schema, which each tenant is granted separately.
   */
  private static Catalog withUsage(Catalog catalog) {
    String grant = "grant schema . to tenant";
    return catalog.objects().containsKey(grant)
        ? catalog
        : catalog.with(new TreeMap<>(Map.of(grant, "USAGE")));
  }
}
