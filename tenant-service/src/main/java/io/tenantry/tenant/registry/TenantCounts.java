package io.tenantry.tenant.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.tenant.TenantStatus;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The number of tenants.
 *
 * @param total of all statuses except {@code deleted}
 * @param counts by status and environment; without those of which there is none
 */
@RegisterForReflection
record TenantCounts(long total, List<TenantCount> counts) {

  static TenantCounts of(List<TenantCount> counts) {
    return new TenantCounts(
        counts.stream()
            .filter(each -> each.status() != TenantStatus.DELETED)
            .mapToLong(TenantCount::count)
            .sum(),
        counts);
  }

  /** The number of tenants with a status in an environment. */
  @RegisterForReflection
  record TenantCount(
      @Schema(implementation = String.class) TenantStatus status, String environment, long count) {}
}
