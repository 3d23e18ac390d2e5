package io.tenantry.backup.campaign;

import io.tenantry.kernel.tenant.TenantLocation;
import java.util.UUID;

/**
 * A tenant whose lease a campaign's job holds, and the migration to run.
 *
 * @param attempts the number of attempts before this one
 */
record ClaimedTenant(
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
