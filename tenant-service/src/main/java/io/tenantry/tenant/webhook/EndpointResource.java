package io.tenantry.tenant.webhook;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.tenant.webhook.delivery.DeliveryLog;
import io.tenantry.tenant.webhook.delivery.TestMessages;
import io.tenantry.tenant.webhook.delivery.TestResult;
import io.tenantry.tenant.webhook.endpoint.ChangeEndpoint;
import io.tenantry.tenant.webhook.endpoint.CreateEndpoint;
import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.Endpoints;
import io.tenantry.tenant.webhook.endpoint.IssuedSecret;
import io.tenantry.tenant.webhook.endpoint.Owner;
import io.tenantry.tenant.webhook.endpoint.RotateSecret;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST endpoints of the operator's webhook endpoints. */
@Path("/api/v1/webhooks/endpoints")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class EndpointResource {

  private final Endpoints endpoints;
  private final TestMessages tests;
  private final DeliveryLog log;

  EndpointResource(Endpoints endpoints, TestMessages tests, DeliveryLog log) {
    this.endpoints = endpoints;
    this.tests = tests;
    this.log = log;
  }

  @POST
  @Operation(
      summary = "Create a webhook endpoint of the operator",
      description = "The response contains the signing secret; it is never shown again.")
  @APIResponse(
      responseCode = "201",
      description = "The endpoint",
      content = @Content(schema = @Schema(implementation = IssuedSecret.class)))
  @Refuses({
    ErrorCode.OUTBOUND_ADDRESS_REFUSED,
    ErrorCode.RATE_LIMITED,
    ErrorCode.VALIDATION_FAILED
  })
  public Response create(CreateEndpoint request) {
    IssuedSecret issued = endpoints.create(Owner.OPERATOR, request);
    return Response.created(
            URI.create("/api/v1/webhooks/endpoints/" + issued.endpoint().endpointId()))
        .entity(issued)
        .build();
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  @Operation(summary = "List the operator's webhook endpoints, oldest first")
  @APIResponse(responseCode = "200", description = "A page of endpoints, without their secrets")
  public Page<Endpoint> list(@BeanParam @Valid PageRequest page) {
    return endpoints.list(Owner.OPERATOR, page);
  }

  @GET
  @Path("/{endpoint_id}")
  @RolesAllowed(Roles.VIEWER)
  @Operation(summary = "Show a webhook endpoint")
  @APIResponse(responseCode = "200", description = "The endpoint, without its secret")
  @Refuses({ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND})
  public Endpoint get(@RestPath("endpoint_id") UUID endpointId) {
    return endpoints.get(Owner.OPERATOR, endpointId);
  }

  @PATCH
  @Path("/{endpoint_id}")
  @Operation(summary = "Change a webhook endpoint", description = "What is omitted stays as it is.")
  @APIResponse(responseCode = "200", description = "The changed endpoint")
  @Refuses({
    ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND,
    ErrorCode.OUTBOUND_ADDRESS_REFUSED,
    ErrorCode.RATE_LIMITED,
    ErrorCode.VALIDATION_FAILED
  })
  public Endpoint change(@RestPath("endpoint_id") UUID endpointId, ChangeEndpoint request) {
    return endpoints.change(Owner.OPERATOR, endpointId, request);
  }

  @DELETE
  @Path("/{endpoint_id}")
  @Operation(summary = "Delete a webhook endpoint with its queue and log")
  @APIResponse(responseCode = "204", description = "The endpoint is deleted")
  @Refuses({ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND})
  public void delete(@RestPath("endpoint_id") UUID endpointId) {
    endpoints.delete(Owner.OPERATOR, endpointId);
  }

  @POST
  @Path("/{endpoint_id}/pause")
  @Operation(
      summary = "Pause a webhook endpoint",
      description =
          "Its messages are queued until it is resumed, and removed after WEBHOOK_RETENTION. Idempotent.")
  @APIResponse(responseCode = "200", description = "The paused endpoint")
  @Refuses({ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND, ErrorCode.WEBHOOK_ENDPOINT_DISABLED})
  public Endpoint pause(@RestPath("endpoint_id") UUID endpointId) {
    return endpoints.pause(Owner.OPERATOR, endpointId);
  }

  @POST
  @Path("/{endpoint_id}/resume")
  @Operation(
      summary = "Resume a paused or disabled webhook endpoint",
      description =
          "What was queued while it was paused is sent. What was not sent because it was disabled is sent by recover and replay. Idempotent.")
  @APIResponse(responseCode = "200", description = "The active endpoint")
  @Refuses({ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND})
  public Endpoint resume(@RestPath("endpoint_id") UUID endpointId) {
    return endpoints.resume(Owner.OPERATOR, endpointId);
  }

  @POST
  @Path("/{endpoint_id}/rotate-secret")
  @Operation(
      summary = "Rotate the signing secret",
      description =
          "Messages have the signatures of both secrets for the overlap. The response contains the new secret; it is never shown again.")
  @APIResponse(responseCode = "200", description = "The endpoint")
  @Refuses({ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND, ErrorCode.VALIDATION_FAILED})
  public IssuedSecret rotate(@RestPath("endpoint_id") UUID endpointId, RotateSecret request) {
    return endpoints.rotate(Owner.OPERATOR, endpointId, request);
  }

  @POST
  @Path("/{endpoint_id}/test")
  @Operation(
      summary = "Send an example to a webhook endpoint",
      description = "Sent at once, signed, once; not in the log. Waits for the response.")
  @APIResponse(
      responseCode = "200",
      description = "What the endpoint answered, also if it did not accept the message")
  @Refuses({
    ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND,
    ErrorCode.RATE_LIMITED,
    ErrorCode.VALIDATION_FAILED
  })
  public TestResult test(@RestPath("endpoint_id") UUID endpointId, TestRequest request) {
    return tests.send(Owner.OPERATOR, endpointId, request.eventType());
  }

  @POST
  @Path("/{endpoint_id}/recover")
  @Operation(
      summary = "Send the failed deliveries of a period again",
      description = "With the same webhook-id as before.")
  @APIResponse(responseCode = "200", description = "The number of deliveries")
  @Refuses({
    ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND,
    ErrorCode.WEBHOOK_ENDPOINT_DISABLED,
    ErrorCode.VALIDATION_FAILED
  })
  public Resent recover(@RestPath("endpoint_id") UUID endpointId, PeriodRequest request) {
    return new Resent(log.recover(Owner.OPERATOR, endpointId, request.period()));
  }

  @POST
  @Path("/{endpoint_id}/replay")
  @Operation(
      summary = "Send the events of a period that were never queued for a webhook endpoint",
      description =
          "Such as those from before it was created or while it was disabled, as far as WEBHOOK_RETENTION reaches.")
  @APIResponse(responseCode = "200", description = "The number of deliveries")
  @Refuses({
    ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND,
    ErrorCode.WEBHOOK_ENDPOINT_DISABLED,
    ErrorCode.VALIDATION_FAILED
  })
  public Resent replay(@RestPath("endpoint_id") UUID endpointId, PeriodRequest request) {
    return new Resent(log.replayMissing(Owner.OPERATOR, endpointId, request.period()));
  }
}
