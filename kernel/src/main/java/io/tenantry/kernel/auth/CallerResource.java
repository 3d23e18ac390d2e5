package io.tenantry.kernel.auth;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Shows callers who they are, so that a client can hide what they may not do. */
@Path("/api/v1/whoami")
@RolesAllowed({Roles.VIEWER, Roles.BACKUP_READER, Roles.SCOPE_PORTAL})
@Produces(MediaType.APPLICATION_JSON)
public final class CallerResource {

  private final SecurityIdentity caller;

  CallerResource(SecurityIdentity caller) {
    this.caller = caller;
  }

  @GET
  @Operation(summary = "Show who the caller is")
  public Caller show() {
    return new Caller(
        caller.getPrincipal().getName(),
        Roles.mostPowerful(caller.getRoles()),
        caller.getPrincipal() instanceof TenantPrincipal tenant
            ? Optional.of(tenant.tenantId())
            : Optional.empty());
  }
}
