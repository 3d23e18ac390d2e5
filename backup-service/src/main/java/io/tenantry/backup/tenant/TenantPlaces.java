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

/** Finds tenants that have data, and the clusters it lies on. */
@Singleton
public final class TenantPlaces {

  /** Also one that nobody may use: its data is there. */
  private static final Set<TenantStatus> WITH_DATA =
      EnumSet.of(TenantStatus.ACTIVE, TenantStatus.SUSPENDED, TenantStatus.DELETING);

  private final TenantDirectory tenants;
  private final ClusterDirectory clusters;

  TenantPlaces(TenantDirectory tenants, ClusterDirectory clusters) {
    this.tenants = tenants;
    this.clusters = clusters;
  }

  /**
   * A tenant that has data.
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

  /** A tenant, if it has data. */
  public Optional<TenantEntry> find(UUID tenantId) {
    return tenants
        .find(tenantId)
        .filter(tenant -> WITH_DATA.contains(tenant.status()) && tenant.location().isPresent());
  }

  /** {@link #get} as it is at this moment, and not a second ago: for the version it is at. */
  public TenantEntry getNow(UUID tenantId) {
    tenants.forget(tenantId);
    return get(tenantId);
  }

  /** The way into a cluster. */
  public ClusterAccess admin(String cluster) {
    return clusters
        .find(cluster)
        .orElseThrow(
            () -> new IllegalStateException("no cluster is registered under the name " + cluster));
  }
}
