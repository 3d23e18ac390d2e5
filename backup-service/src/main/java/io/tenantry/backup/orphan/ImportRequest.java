package io.tenantry.backup.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import java.util.UUID;

/**
 * The body of a request to import stored backups.
 *
 * @param tenantId the tenant whose backups are imported; by default all tenants'
 * @param dryRun whether to return the plan only
 */
@RegisterForReflection
record ImportRequest(Optional<UUID> tenantId, Optional<Boolean> dryRun) {}
