package io.tenantry.backup.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import java.util.UUID;

/**
 * The body of a request to import stored backups.
 *
 * @param tenantId only those of this tenant
 * @param dryRun only says what would be imported
 */
@RegisterForReflection
record ImportRequest(Optional<UUID> tenantId, Optional<Boolean> dryRun) {}
