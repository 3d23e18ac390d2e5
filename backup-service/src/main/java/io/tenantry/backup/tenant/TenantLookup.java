package io.tenantry.backup.tenant;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.ClusterDirectory;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Finds tenants that have data, and the clusters that it is on. */
@Singleton
public final class TenantLookup {

  /** Includes tenants that cannot be used, because their data exists. */
  private static final Set<TenantStatus> WITH_DATA =
      EnumSet.of(TenantStatus.ACTIVE, TenantStatus.SUSPENDED, TenantStatus.DELETING);

  private final TenantDirectory tenants;
  private final ClusterDirectory clusters;

  TenantLookup(TenantDirectory tenants, ClusterDirectory clusters) {
    this.tenants = tenants;
    this.clusters = clusters;
  }

  /**
   * Returns a tenant that has data.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}
   */
  public TenantEntry get(UUID tenantId) {
    return find(tenantId)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.TENANT_NOT_FOUND, "There is no tenant " + tenantId + " with data."));
  }

  /** Finds a tenant that has data. */
  public Optional<TenantEntry> find(UUID tenantId) {
    return tenants
        .find(tenantId)
        .filter(tenant -> WITH_DATA.contains(tenant.status()) && tenant.location().isPresent());
  }

  /** {@link #get} without the cache, for the tenant's current version. */
  public TenantEntry getUncached(UUID tenantId) {
    tenants.forget(tenantId);
    return get(tenantId);
  }

  /** Returns the access to a cluster. */
  public ClusterAccess clusterAccess(String cluster) {
    return clusters
        .find(cluster)
        .orElseThrow(
            () -> new IllegalStateException("no cluster is registered under the name " + cluster));
  }
}
