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
 * The request body to provision a project, used by REST and by the command {@code
 * provision_project}. Omitted fields get their value from the registration or the blueprint.
 *
 * @param projectId the project; REST takes it from the path
 * @param services the services to register
 * @param apiKeys the API keys to issue; they can be collected from the job once
 */
@RegisterForReflection
public record ProvisionProject(
    UUID projectId,
    @KnownRegion @Nullable String region,
    @Schema(description = "The blueprint's services if omitted") @Nullable Services services,
    @Valid CreateTenant.@Nullable Keys apiKeys,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters") @Nullable String ownerId,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
        @Nullable String organizationId) {

  /** The services to register; an omitted service is not registered. */
  @RegisterForReflection
  public record Services(
      Optional<Boolean> auth, Optional<Boolean> realtime, Optional<Boolean> storage) {}

  ProvisionProject of(UUID id) {
    return new ProvisionProject(id, region, services, apiKeys, ownerId, organizationId);
  }
}
