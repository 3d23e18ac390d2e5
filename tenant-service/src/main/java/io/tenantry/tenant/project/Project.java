package io.tenantry.tenant.project;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.registry.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A tenant of the blueprint {@code project}, which is registered first and provisioned by a job.
 *
 * @param projectId the tenant's id
 * @param status {@code registered} until it is provisioned, then the tenant's status
 * @param database the location of its data; absent until it is provisioned
 * @param services the types of its registered services
 */
@RegisterForReflection
record Project(
    UUID projectId,
    String name,
    String environment,
    @Schema(implementation = String.class) TenantStatus status,
    String region,
    Optional<Tenant.DatabaseAddress> database,
    List<String> services,
    Optional<String> ownerId,
    Optional<String> organizationId,
    @Schema(implementation = Object.class) @JsonRawValue String metadata,
    Instant createdAt,
    Instant updatedAt) {

  static Project of(Tenant tenant) {
    return new Project(
        tenant.tenantId(),
        tenant.name(),
        tenant.environment(),
        tenant.status(),
        tenant.region(),
        tenant.database(),
        tenant.services(),
        tenant.ownerId(),
        tenant.organizationId(),
        tenant.metadata(),
        tenant.createdAt(),
        tenant.updatedAt());
  }
}
