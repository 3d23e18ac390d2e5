package io.tenantry.tenant.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/**
 * A part of a tenant that the registry has and its cluster does not.
 *
 * @param tenantId the tenant
 * @param cluster the cluster it is on
 * @param kind {@code database}, {@code schema} or {@code role}
 * @param name its name, as the registry has it
 */
@RegisterForReflection
record MissingPart(UUID tenantId, String cluster, Orphan.Kind kind, String name) {}
