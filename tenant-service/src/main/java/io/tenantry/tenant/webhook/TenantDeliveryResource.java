package io.tenantry.tenant.webhook;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.tenant.webhook.access.WebhookAccess;
import io.tenantry.tenant.webhook.delivery.Delivery;
import io.tenantry.tenant.webhook.delivery.DeliveryDetails;
import io.tenantry.tenant.webhook.delivery.DeliveryLog;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST endpoints of the delivery log of a tenant's webhook endpoints. */
@Path("/api/v1/tenants/{tenant_id}/webhooks/deliveries")
@RolesAllowed({Roles.VIEWER, Roles.SCOPE_WEBHOOKS, Roles.SCOPE_PORTAL})
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class TenantDeliveryResource {

  private final DeliveryLog log;
  private final WebhookAccess access;

  TenantDeliveryResource(DeliveryLog log, WebhookAccess access) {
    this.log = log;
    this.access = access;
  }

  @GET
  @Operation(summary = "List the deliveries of a tenant's webhook endpoints, newest event first")
  @APIResponse(responseCode = "200", description = "A page of deliveries")
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public Page<Delivery> list(
      @RestPath("tenant_id") UUID tenantId,
      @BeanParam @Valid DeliveryQuery query,
      @BeanParam @Valid PageRequest page,
      @Context ContainerRequestContext context) {
    return log.list(access.owner(tenantId, context), query.filter(null), page);
  }

  @GET
  @Path("/{delivery_id}")
  @Operation(summary = "Show a delivery with its payload and attempts")
  @APIResponse(responseCode = "200", description = "The delivery")
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.WEBHOOK_DELIVERY_NOT_FOUND})
  public DeliveryDetails get(
      @RestPath("tenant_id") UUID tenantId,
      @RestPath("delivery_id") UUID deliveryId,
      @Context ContainerRequestContext context) {
    return log.get(access.owner(tenantId, context), deliveryId);
  }

  @POST
  @Path("/{delivery_id}/resend")
  @RolesAllowed({Roles.OPERATOR, Roles.SCOPE_WEBHOOKS, Roles.SCOPE_PORTAL})
  @Operation(
      summary = "Send a delivery again",
      description = "With the same webhook-id, also if it was delivered before.")
  @APIResponse(responseCode = "200", description = "The pending delivery")
  @Refuses({
    ErrorCode.TENANT_NOT_FOUND,
    ErrorCode.WEBHOOK_DELIVERY_NOT_FOUND,
    ErrorCode.WEBHOOK_ENDPOINT_DISABLED
  })
  public Delivery resend(
      @RestPath("tenant_id") UUID tenantId,
      @RestPath("delivery_id") UUID deliveryId,
      @Context ContainerRequestContext context) {
    return log.resend(access.owner(tenantId, context), deliveryId);
  }
}
