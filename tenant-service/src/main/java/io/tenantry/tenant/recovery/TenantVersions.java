package io.tenantry.tenant.recovery;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.MigrationChecksums;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Determines the blueprint version of a tenant from the migration history in its database. */
@Singleton
final class TenantVersions {

  private static final Logger LOG = Logger.getLogger(TenantVersions.class);

  private final Blueprints blueprints;

  /** The cached checksums per blueprint version; the content of a version never changes. */
  private final Map<String, Map<String, Integer>> checksums = new ConcurrentHashMap<>();

  TenantVersions(Blueprints blueprints) {
    this.blueprints = blueprints;
  }

  /** The newest version whose migrations match the tenant's history. */
  Optional<String> versionOf(Cluster cluster, RecoveryPlanner.FoundTenant found, String blueprint) {
    Map<String, Integer> applied = new TreeMap<>();
    try (OwnerSession session = cluster.asOwner(found.database(), found.role())) {
      session
          .run(
              """
              SELECT DISTINCT ON (version) version, checksum
              FROM %s.flyway_schema_history
              WHERE success AND version IS NOT NULL
              ORDER BY version, installed_rank DESC
              """
                  .formatted(quote(found.schema() ? found.role() : "public")))
          .forEach(row -> applied.put(row.getString(0), row.getInteger(1)));
    } catch (RuntimeException e) {
      LOG.warnf(
          "migration history could not be read tenant=%s: %s", found.tenantId(), e.getMessage());
      return Optional.empty();
    }
    return blueprints.versions(blueprint).stream()
        .flatMap(version -> blueprints.version(blueprint, version).stream())
        .filter(candidate -> checksums(candidate, cluster).equals(applied))
        .map(candidate -> candidate.version())
        .findFirst();
  }

  private Map<String, Integer> checksums(Blueprint blueprint, Cluster cluster) {
    return checksums.computeIfAbsent(
        blueprint.name() + " " + blueprint.version(),
        key -> MigrationChecksums.of(blueprint, cluster));
  }
}
