package io.tenantry.tenant.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters that filter a list of tenants; null matches any value.
 *
 * @param status null for all except deleted tenants
 * @param namePrefix the prefix of the name
 */
@RegisterForReflection
public record TenantFilter(
    @RestQuery @Pattern(regexp = STATUSES, message = "is not a valid status")
        @Nullable String status,
    @RestQuery
        @Pattern(regexp = ENVIRONMENTS, message = "must be development, staging or production")
        @Nullable String environment,
    @RestQuery @Nullable String blueprint,
    @RestQuery @Nullable String region,
    @RestQuery
        @Size(max = 255, message = "must have at most 255 characters")
        @Pattern(regexp = "[A-Za-z0-9_-]*", message = "must contain only A-Z a-z 0-9 _ -")
        @Nullable String name,
    @RestQuery("name_prefix")
        @Size(max = 255, message = "must have at most 255 characters")
        @Pattern(regexp = "[A-Za-z0-9_-]*", message = "must contain only A-Z a-z 0-9 _ -")
        @Nullable String namePrefix,
    @RestQuery("external_id") @Pattern(regexp = ExternalId.PATTERN, message = ExternalId.MESSAGE)
        @Nullable String externalId) {

  private static final String STATUSES =
      "registered|provisioning|rolling_back|active|suspended|deleting|deleted";
  private static final String ENVIRONMENTS = "development|staging|production";

  /** A filter by status and blueprint. */
  public static TenantFilter of(@Nullable String status, String blueprint) {
    return new TenantFilter(status, null, blueprint, null, null, null, null);
  }
}
