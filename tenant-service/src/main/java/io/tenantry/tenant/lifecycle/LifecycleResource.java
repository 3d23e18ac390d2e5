package io.tenantry.tenant.lifecycle;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.registry.Tenant;
import io.tenantry.tenant.registry.Tenants;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** REST endpoints that change, suspend, resume, delete and purge tenants. */
@Path("/api/v1/tenants")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class LifecycleResource {

  private final Lifecycle lifecycle;
  private final LifecycleStore store;
  private final DeletionStore deletions;
  private final Tenants tenants;

  LifecycleResource(
      Lifecycle lifecycle, LifecycleStore store, DeletionStore deletions, Tenants tenants) {
    this.lifecycle = lifecycle;
    this.store = store;
    this.deletions = deletions;
    this.tenants = tenants;
  }

  @PATCH
  @Path("/{tenant_id}")
  @Operation(summary = "Change a tenant's name, metadata or external id")
  @APIResponse(
      responseCode = "200",
      description = "The changed tenant",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @Refuses({
    ErrorCode.TENANT_NOT_FOUND,
    ErrorCode.TENANT_NAME_TAKEN,
    ErrorCode.EXTERNAL_ID_TAKEN,
    ErrorCode.TENANT_BUSY
  })
  public Tenant update(@RestPath("tenant_id") UUID tenantId, UpdateTenant request) {
    boolean changed = store.update(tenantId, request);
    Tenant tenant = tenants.get(tenantId);
    if (!changed) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY,
          "The tenant is "
              + tenant.status()
              + "; it can be changed only while it is active or suspended.");
    }
    return tenant;
  }

  @POST
  @Path("/{tenant_id}/suspend")
  @Operation(
      summary = "Suspend a tenant",
      description =
          "Blocks its logins, terminates its sessions and rejects its API keys. Idempotent.")
  @APIResponse(
      responseCode = "200",
      description = "The tenant is suspended",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @APIResponse(
      responseCode = "202",
      description =
          "The tenant is suspended; its logins are blocked as soon as its cluster is reachable",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.TENANT_BUSY})
  public Response suspend(@RestPath("tenant_id") UUID tenantId) {
    return answer(tenantId, lifecycle.suspend(tenantId));
  }

  @POST
  @Path("/{tenant_id}/resume")
  @Operation(summary = "Resume a suspended tenant", description = "Idempotent.")
  @APIResponse(
      responseCode = "200",
      description = "The tenant is active",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @APIResponse(
      responseCode = "202",
      description = "The tenant is active; it can log in as soon as its cluster is reachable",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.TENANT_BUSY})
  public Response resume(@RestPath("tenant_id") UUID tenantId) {
    return answer(tenantId, lifecycle.resume(tenantId));
  }

  @DELETE
  @Path("/{tenant_id}")
  @Operation(
      summary = "Delete a tenant after a final backup",
      description =
          "Idempotent. If there is no final backup within the deadline, the deletion is cancelled"
              + " and the tenant is suspended and keeps its data; last_deletion shows the reason."
              + " Repeat a waiting deletion with final_backup=false to continue without a backup.")
  @APIResponse(responseCode = "204", description = "The tenant is deleted")
  @APIResponse(
      responseCode = "202",
      description = "The deletion continues in the background",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.TENANT_BUSY})
  public Response delete(
      @RestPath("tenant_id") UUID tenantId,
      @RestQuery("final_backup")
          @DefaultValue("true")
          @Pattern(regexp = "true|false", message = "must be true or false")
          String finalBackup) {
    return switch (lifecycle.delete(tenantId, Boolean.parseBoolean(finalBackup))) {
      case DONE -> Response.noContent().build();
      case PENDING ->
          Response.accepted(tenants.find(tenantId).orElseThrow(() -> Tenants.notFound(tenantId)))
              .build();
    };
  }

  @POST
  @Path("/{tenant_id}/purge")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Purge a deleted tenant",
      description =
          "Removes the tombstone. The tenant's backups and its rows in the audit log remain. Refused"
              + " for up to five days after the deletion, while it is reported to webhook endpoints"
              + " of the tenant.")
  @APIResponse(responseCode = "204", description = "The tenant is purged")
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.TENANT_NOT_DELETED, ErrorCode.TENANT_BUSY})
  public void purge(@RestPath("tenant_id") UUID tenantId) {
    if (!deletions.purge(tenantId)) {
      Tenant tenant = tenants.find(tenantId).orElseThrow(() -> Tenants.notFound(tenantId));
      if (tenant.status() == TenantStatus.DELETED) {
        throw new TenantryException(
            ErrorCode.TENANT_BUSY,
            "The deletion is still being reported to the tenant's webhook endpoints; try again"
                + " later, at most five days after the deletion.");
      }
      throw new TenantryException(
          ErrorCode.TENANT_NOT_DELETED, "The tenant is " + tenant.status() + "; delete it first.");
    }
  }

  private Response answer(UUID tenantId, Lifecycle.Progress progress) {
    Tenant tenant = tenants.get(tenantId);
    return switch (progress) {
      case DONE -> Response.ok(tenant).build();
      case PENDING -> Response.accepted(tenant).build();
    };
  }
}
