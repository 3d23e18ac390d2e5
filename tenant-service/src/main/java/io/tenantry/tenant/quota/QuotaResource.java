package io.tenantry.tenant.quota;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** REST endpoints of a tenant's quotas. */
@Path("/api/v1/tenants/{tenant_id}/quotas")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class QuotaResource {

  private final Quotas quotas;

  QuotaResource(Quotas quotas) {
    this.quotas = quotas;
  }

  @GET
  @Operation(summary = "Show a tenant's quotas and their usage")
  @APIResponse(responseCode = "200", description = "The quotas")
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public QuotaList list(@RestPath("tenant_id") UUID tenantId) {
    return list(quotas.of(tenantId));
  }

  @PATCH
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Change quotas of a tenant",
      description = "A quota below the current usage removes nothing; it only prevents additions.")
  @APIResponse(responseCode = "200", description = "The changed quotas")
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public QuotaList set(@RestPath("tenant_id") UUID tenantId, SetQuotas request) {
    Map<Resource, Integer> wanted = new EnumMap<>(Resource.class);
    put(wanted, Resource.API_KEYS, request.apiKeys());
    put(wanted, Resource.SERVICES, request.services());
    return list(quotas.set(tenantId, wanted));
  }

  private static void put(
      Map<Resource, Integer> wanted, Resource resource, @Nullable Integer quota) {
    if (quota != null) {
      wanted.put(resource, quota);
    }
  }

  private static QuotaList list(List<Quotas.Quota> quotas) {
    return new QuotaList(
        quotas.stream()
            .map(quota -> new Item(quota.resource().toString(), quota.quota(), quota.used()))
            .toList());
  }

  /** The request body of PATCH: the quotas to change. */
  record SetQuotas(
      @Min(value = 0, message = "must be at least 0")
          @Max(value = 10_000, message = "must be at most 10000")
          @Nullable Integer apiKeys,
      @Min(value = 0, message = "must be at least 0") @Max(value = 3, message = "must be at most 3")
          @Nullable Integer services) {}

  record QuotaList(List<Item> items) {}

  /**
   * One quota.
   *
   * @param resource {@code databases}, {@code api_keys} or {@code services}
   */
  record Item(String resource, int quota, long used) {}
}
