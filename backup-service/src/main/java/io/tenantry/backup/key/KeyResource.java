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

/** Tenants' backup keys, over HTTP; they can only be destroyed. */
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
          "Destroy a tenant's backup key: its backups and their copies can never be decrypted again")
  @APIResponse(responseCode = "204", description = "The key is destroyed")
  public Response destroy(@RestPath("tenant_id") UUID tenantId) {
    keys.destroy(tenantId);
    return Response.noContent().build();
  }
}
