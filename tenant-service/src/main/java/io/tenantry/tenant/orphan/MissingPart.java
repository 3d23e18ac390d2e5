package io.tenantry.tenant.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/**
 * A database, schema or role that the registry records for a tenant and that is missing on its
 * cluster.
 *
 * @param tenantId the tenant
 * @param cluster the tenant's cluster
 * @param kind {@code database}, {@code schema} or {@code role}
 * @param name the name in the registry
 */
@RegisterForReflection
record MissingPart(UUID tenantId, String cluster, Orphan.Kind kind, String name) {}
