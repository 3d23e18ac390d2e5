package io.tenantry.backup.campaign;

import io.tenantry.kernel.tenant.TenantLocation;
import java.util.UUID;

/**
 * A tenant that is a campaign's worker's, by its lease.
 *
 * @param attempts how many there were before
 */
record Claimed(
    UUID migrationId,
    TenantLocation tenant,
    String name,
    String fromVersion,
    String toVersion,
    int attempts) {

  UUID tenantId() {
    return tenant.tenantId();
  }
}
