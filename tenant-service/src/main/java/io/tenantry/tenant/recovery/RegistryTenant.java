package io.tenantry.tenant.recovery;

import io.tenantry.kernel.tenant.TenantStatus;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant in the registry.
 *
 * @param role its role, which has the name of its database or schema; empty if it has none
 * @param connectionString its connection string; empty if none is stored
 */
record RegistryTenant(
    UUID tenantId,
    TenantStatus status,
    String blueprint,
    String blueprintVersion,
    Optional<String> cluster,
    Optional<String> role,
    Optional<String> connectionString) {

  boolean isLive() {
    return status == TenantStatus.ACTIVE || status == TenantStatus.SUSPENDED;
  }
}
