package io.tenantry.tenant.webhook.portal;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.tenant.webhook.access.WebhookAccess;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST endpoints that create and revoke portal links. */
@Path("/api/v1/tenants/{tenant_id}/portal-links")
@RolesAllowed({Roles.OPERATOR, Roles.SCOPE_WEBHOOKS})
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class PortalLinkResource {

  private final PortalLinks links;
  private final WebhookAccess access;
  private final SecurityIdentity caller;

  PortalLinkResource(PortalLinks links, WebhookAccess access, SecurityIdentity caller) {
    this.links = links;
    this.access = access;
    this.caller = caller;
  }

  @POST
  @Operation(
      summary = "Create a portal link for a tenant",
      description =
          "The token gives access to the tenant's webhooks, and nothing else, until it expires or"
              + " the API key that created it does. A tenant's API key needs the scope webhooks; the"
              + " token of a link creates no links.")
  @APIResponse(
      responseCode = "201",
      description = "The link; the token is never shown again",
      content = @Content(schema = @Schema(implementation = PortalLink.class)))
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.VALIDATION_FAILED})
  public Response create(
      @RestPath("tenant_id") UUID tenantId,
      CreatePortalLink request,
      @Context ContainerRequestContext context) {
    access.require(tenantId, context);
    Optional<UUID> keyId =
        caller.getPrincipal() instanceof TenantPrincipal key
            ? Optional.of(key.keyId())
            : Optional.empty();
    return Response.status(Response.Status.CREATED)
        .entity(links.create(tenantId, keyId, request))
        .build();
  }

  @DELETE
  @Operation(
      summary = "Revoke all portal links of a tenant",
      description = "Within one second their tokens are refused.")
  @APIResponse(responseCode = "204", description = "The links are revoked")
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public void revoke(
      @RestPath("tenant_id") UUID tenantId, @Context ContainerRequestContext context) {
    access.require(tenantId, context);
    links.revoke(tenantId);
  }
}
