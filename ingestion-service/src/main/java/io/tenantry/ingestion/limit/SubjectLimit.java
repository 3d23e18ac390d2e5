package io.tenantry.ingestion.limit;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import java.util.UUID;

/**
 * The rate limit that was set for a tenant or an instance.
 *
 * @param id the id of the tenant or the instance
 * @param name its name; absent if there is none with this id
 * @param tenantId the tenant itself, or the instance's tenant
 * @param events maximum number of events per period
 */
@RegisterForReflection
record SubjectLimit(
    UUID id, Optional<String> name, Optional<UUID> tenantId, long events, long periodSeconds) {}
