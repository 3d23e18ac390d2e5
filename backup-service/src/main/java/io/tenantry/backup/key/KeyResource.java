package io.tenantry.backup.key;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** The keys of tenants' backups, over HTTP: they can be destroyed, and nothing else. */
@Path("/api/v1/tenants/{tenant_id}/backup-key")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
final class KeyResource {

  private final TenantKeys keys;

  KeyResource(TenantKeys keys) {
    this.keys = keys;
  }

  @DELETE
  @Operation(
      summary =
          "Destroy the key of a tenant's backups: none of them can ever be read again, nor its copies")
  @APIResponse(responseCode = "204", description = "It is destroyed, or was before")
  public Response destroy(@RestPath("tenant_id") UUID tenantId) {
    keys.destroy(tenantId);
    return Response.noContent().build();
  }
}
