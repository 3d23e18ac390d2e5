package io.tenantry.tenant.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;
import java.util.UUID;

/**
 * The command to delete a tenant.
 *
 * @param finalBackup whether to take a last backup first; so it is if left out
 */
@RegisterForReflection
record DeprovisionTenant(
    @NotNull(message = "is required") UUID tenantId, Optional<Boolean> finalBackup) {}
