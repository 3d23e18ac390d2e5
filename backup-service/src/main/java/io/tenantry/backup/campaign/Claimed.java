package io.tenantry.backup.campaign;

import io.tenantry.backup.tenant.TenantPlace;
import java.util.UUID;

/**
 * A tenant that is a campaign's worker's, by its lease.
 *
 * @param attempts how many there were before
 */
record Claimed(
    UUID migrationId, TenantPlace tenant, String fromVersion, String toVersion, int attempts) {

  UUID tenantId() {
    return tenant.tenantId();
  }
}
