package io.tenantry.tenant.recovery;

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
    String status,
    String blueprint,
    String blueprintVersion,
    Optional<String> cluster,
    Optional<String> database,
    Optional<String> role,
    boolean schema,
    Optional<String> connectionString) {

  boolean isLive() {
    return status.equals("active") || status.equals("suspended");
  }
}
