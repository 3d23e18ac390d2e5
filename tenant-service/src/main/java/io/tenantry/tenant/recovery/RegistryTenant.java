package io.tenantry.tenant.recovery;

import io.tenantry.kernel.tenant.TenantStatus;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant as the registry has it.
 *
 * @param role its role, whose name its database or schema has; empty if it has none
 * @param connectionString how it logs in; empty if that is not stored
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
