package io.tenantry.tenant.registry;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.http.WaitRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST endpoints that show and list tenants. */
@Path("/api/v1/tenants")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class TenantResource {

  private final Tenants tenants;

  TenantResource(Tenants tenants) {
    this.tenants = tenants;
  }

  @GET
  @Path("/{tenant_id}")
  @Operation(
      summary = "Show a tenant and the steps of its provisioning",
      description =
          "With wait, the operation is the change in progress: provisioning, suspending, resuming"
              + " or deleting. A tenant that was deleted meanwhile is TENANT_NOT_FOUND.")
  @APIResponse(
      responseCode = "200",
      description = "The tenant",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public Tenant get(@RestPath("tenant_id") UUID tenantId, @BeanParam @Valid WaitRequest wait) {
    return tenants.awaitChanged(tenantId, wait.time());
  }

  @GET
  @Operation(
      summary = "List tenants, oldest first; deleted ones only with status=deleted",
      description =
          "Without sort, a tenant whose database was prepared in the warm pool has the place of its"
              + " preparation; sort=created_at is exact.")
  public Page<Tenant> list(
      @BeanParam @Valid TenantFilter filter, @BeanParam @Valid TenantPageRequest page) {
    return tenants.list(filter, page.order(), page.size());
  }

  @GET
  @Path("/count")
  @Operation(summary = "Count tenants by status and environment")
  @APIResponse(
      responseCode = "200",
      description = "The counts",
      content = @Content(schema = @Schema(implementation = TenantCounts.class)))
  public TenantCounts count() {
    return tenants.count();
  }
}
