package io.tenantry.tenant.cluster;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes the warm pool and the golden templates from a cluster that is being deleted. The catalog
 * and Tenantry's roles stay on the server: they record its installation and the deleted tenants.
 */
@Singleton
final class ClusterRemoval {

  private static final Set<Purpose> TENANT_DATA =
      EnumSet.of(
          Purpose.TENANT,
          Purpose.QUARANTINE,
          Purpose.FORMER,
          Purpose.UNDONE,
          Purpose.RESTORE,
          Purpose.DRILL);

  private static final int MAX_NAMED = 5;

  private final ClusterPool pool;
  private final GoldenTemplates templates;

  ClusterRemoval(ClusterPool pool, GoldenTemplates templates) {
    this.pool = pool;
    this.templates = templates;
  }

  /**
   * Removes the warm pool and the golden templates.
   *
   * @param cluster a draining cluster
   * @throws TenantryException {@code CLUSTER_IN_USE} if the server has data of a tenant that is not
   *     in the registry; nothing is removed then
   */
  void clear(Cluster cluster) {
    cluster.prepareNow();
    List<String> found = dataOfTenants(cluster);
    if (!found.isEmpty()) {
      throw new TenantryException(
          ErrorCode.CLUSTER_IN_USE,
          "The server has data of tenants that the registry does not list there: %s%s. See `tenantctl orphans list` and the restores that can be undone."
              .formatted(
                  String.join(", ", found.subList(0, Math.min(MAX_NAMED, found.size()))),
                  found.size() > MAX_NAMED
                      ? " and %d more".formatted(found.size() - MAX_NAMED)
                      : ""));
    }
    pool.empty(cluster.name());
    templates.dropAll(cluster);
  }

  private static List<String> dataOfTenants(Cluster cluster) {
    Stream<String> databases =
        cluster.inventory().databases().stream()
            .filter(found -> found.mark().filter(mark -> isOwn(mark, cluster)).isPresent())
            .map(found -> found.name());
    Stream<String> schemas =
        cluster.inventory().tenantRoles().entrySet().stream()
            .filter(role -> role.getValue().filter(mark -> isOwn(mark, cluster)).isPresent())
            .map(role -> ClusterRoles.withoutOwnerSuffix(role.getKey()));
    return Stream.concat(databases, schemas).sorted().toList();
  }

  private static boolean isOwn(Mark mark, Cluster cluster) {
    return mark.installation().equals(cluster.objects().installation())
        && TENANT_DATA.contains(mark.purpose());
  }

  /** The lock that creating a template on the cluster shares, and that its deletion excludes. */
  static String lock(String cluster) {
    return "deletion of the cluster " + cluster;
  }

  /** Deletes the records of the warm pool of a lost cluster; its server is not accessed. */
  void forget(String cluster) {
    pool.forget(cluster);
  }
}
