package io.tenantry.tenant.project;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.tenant.provisioning.CreateTenant;
import io.tenantry.tenant.provisioning.KnownRegion;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a project is to be, by REST and by the command {@code provision_project} alike. What is left
 * out, its registration or the blueprint decides.
 *
 * @param projectId the project; by REST the path says it
 * @param services which services to register
 * @param apiKeys API keys to issue; they are collected from the job, once
 */
@RegisterForReflection
public record ProvisionProject(
    UUID projectId,
    @KnownRegion @Nullable String region,
    @Schema(description = "The blueprint's services if left out") @Nullable Services services,
    @Valid CreateTenant.@Nullable Keys apiKeys,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters") @Nullable String ownerId,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
        @Nullable String organizationId) {

  /** Which services to register; one that is left out is not. */
  @RegisterForReflection
  public record Services(
      Optional<Boolean> auth, Optional<Boolean> realtime, Optional<Boolean> storage) {}

  ProvisionProject of(UUID id) {
    return new ProvisionProject(id, region, services, apiKeys, ownerId, organizationId);
  }
}
