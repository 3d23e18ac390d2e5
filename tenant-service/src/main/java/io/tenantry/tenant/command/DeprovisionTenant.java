package io.tenantry.tenant.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;
import java.util.UUID;

/**
 * The command to delete a tenant.
 *
 * @param finalBackup whether to create a final backup first; true if omitted
 */
@RegisterForReflection
record DeprovisionTenant(
    @NotNull(message = "is required") UUID tenantId, Optional<Boolean> finalBackup) {}
