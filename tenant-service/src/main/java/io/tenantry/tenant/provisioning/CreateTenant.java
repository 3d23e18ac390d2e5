package io.tenantry.tenant.provisioning;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.tenant.registry.Environment;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /api/v1/tenants}. What is left out, the blueprint decides. */
@RegisterForReflection
public record CreateTenant(
    @Schema(description = "Unique per environment", examples = "acme_corp")
        @NotNull(message = "is required")
        @Pattern(regexp = "[A-Za-z0-9_-]{1,255}", message = "must be 1 to 255 of A-Z a-z 0-9 _ -")
        String name,
    @NotNull(message = "is required") Environment environment,
    @Schema(description = "What the tenant is made from; car if left out") @KnownBlueprint
        @Nullable String blueprint,
    @Schema(description = "Where its database is placed") @KnownRegion @Nullable String region,
    @Schema(description = "Services to register")
        @Nullable Set<@NotNull(message = "must not be null") ServiceType> services,
    @Schema(description = "API keys to issue; they are shown in the answer, once") @Valid
        @Nullable Keys apiKeys,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters") @Nullable String ownerId,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
        @Nullable String organizationId,
    @Schema(description = "Data of the caller's own")
        @Size(max = 100, message = "must have at most 100 fields")
        @Nullable Map<String, Object> metadata) {

  /**
   * API keys to issue.
   *
   * @param count how many, within the blueprint's quota
   * @param prefix what they begin with
   * @param scopes what they permit
   */
  @RegisterForReflection
  public record Keys(
      @NotNull(message = "is required")
          @Min(value = 1, message = "must be at least 1")
          @Max(value = 100, message = "must be at most 100")
          Integer count,
      @Pattern(regexp = "[a-z][a-z0-9]{0,15}", message = "must be 1 to 16 of a-z 0-9")
          @Nullable String prefix,
      @Size(min = 1, max = 16, message = "must have 1 to 16 elements")
          @Nullable
              List<
                  @NotNull(message = "must not be null")
                  @Pattern(regexp = "[a-z][a-z0-9:_-]{0,63}", message = "is no scope") String>
              scopes) {}
}
