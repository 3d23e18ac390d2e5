package io.tenantry.tenant.webhook;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.tenant.webhook.delivery.Delivery;
import io.tenantry.tenant.webhook.delivery.DeliveryDetails;
import io.tenantry.tenant.webhook.delivery.DeliveryLog;
import io.tenantry.tenant.webhook.endpoint.Owner;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** REST endpoints of the delivery log of the operator's webhook endpoints. */
@Path("/api/v1/webhooks/deliveries")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class DeliveryResource {

  private final DeliveryLog log;

  DeliveryResource(DeliveryLog log) {
    this.log = log;
  }

  @GET
  @Operation(
      summary = "List the deliveries of the operator's webhook endpoints, newest event first")
  @APIResponse(responseCode = "200", description = "A page of deliveries")
  public Page<Delivery> list(
      @BeanParam @Valid DeliveryQuery query,
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId,
      @BeanParam @Valid PageRequest page) {
    return log.list(Owner.OPERATOR, query.filter(tenantId), page);
  }

  @GET
  @Path("/{delivery_id}")
  @Operation(summary = "Show a delivery with its payload and attempts")
  @APIResponse(responseCode = "200", description = "The delivery")
  @Refuses({ErrorCode.WEBHOOK_DELIVERY_NOT_FOUND})
  public DeliveryDetails get(@RestPath("delivery_id") UUID deliveryId) {
    return log.get(Owner.OPERATOR, deliveryId);
  }

  @POST
  @Path("/{delivery_id}/resend")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Send a delivery again",
      description = "With the same webhook-id, also if it was delivered before.")
  @APIResponse(responseCode = "200", description = "The pending delivery")
  @Refuses({ErrorCode.WEBHOOK_DELIVERY_NOT_FOUND, ErrorCode.WEBHOOK_ENDPOINT_DISABLED})
  public Delivery resend(@RestPath("delivery_id") UUID deliveryId) {
    return log.resend(Owner.OPERATOR, deliveryId);
  }
}
