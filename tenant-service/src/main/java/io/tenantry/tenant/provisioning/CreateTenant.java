package io.tenantry.tenant.provisioning;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.tenant.registry.Environment;
import io.tenantry.tenant.registry.ExternalId;
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

/** The request body of {@code POST /api/v1/tenants}. Omitted fields get the blueprint's values. */
@RegisterForReflection
public record CreateTenant(
    @Schema(description = "Unique within the environment", examples = "acme_corp")
        @NotNull(message = "is required")
        @Pattern(regexp = "[A-Za-z0-9_-]{1,255}", message = "must be 1 to 255 of A-Z a-z 0-9 _ -")
        String name,
    @NotNull(message = "is required") Environment environment,
    @Schema(description = "The blueprint of the tenant; car if omitted") @KnownBlueprint
        @Nullable String blueprint,
    @Schema(description = "The region of its database") @KnownRegion @Nullable String region,
    @Schema(description = "The services to register")
        Set<@NotNull(message = "must not be null") ServiceType> services,
    @Schema(description = "The API keys to issue; they are returned once, in the response") @Valid
        @Nullable Keys apiKeys,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters") @Nullable String ownerId,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
        @Nullable String organizationId,
    @Schema(
            description =
                "The caller's own id of the tenant, unique among tenants that are not deleted. A"
                    + " repeated request with it gets the existing tenant")
        @Pattern(regexp = ExternalId.PATTERN, message = ExternalId.MESSAGE)
        @Nullable String externalId,
    @Schema(description = "The caller's own data")
        @Size(max = 100, message = "must have at most 100 fields")
        @Nullable Map<String, Object> metadata) {

  /**
   * The API keys to issue.
   *
   * @param count the number of keys, within the blueprint's quota
   * @param prefix the prefix of the keys
   * @param scopes what the keys permit
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
                  @Pattern(
                      regexp = "(?!portal$)[a-z][a-z0-9:_-]{0,63}",
                      message = "is not a valid scope")
                  String>
              scopes) {}
}
