package io.tenantry.tenant.provisioning;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.job.Job;
import io.tenantry.tenant.registry.Tenant;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** REST endpoint that creates tenants. */
@Path("/api/v1/tenants")
@Tag(ref = "Tenant Resource")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class CreateTenantResource {

  private static final Pattern RESPOND_ASYNC =
      Pattern.compile("(^|[,;\\s])respond-async($|[,;\\s])");

  private final TenantCreation creation;
  private final ProvisionTenantJob jobs;
  private final AdminAudit audit;

  CreateTenantResource(TenantCreation creation, ProvisionTenantJob jobs, AdminAudit audit) {
    this.creation = creation;
    this.jobs = jobs;
    this.audit = audit;
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Provision a tenant",
      description =
          "Responds after the tenant's database, role and keys were created and tested, or after"
              + " everything was rolled back. The response contains the API keys; they are never"
              + " shown again. Safe to repeat with an external_id.")
  @APIResponse(
      responseCode = "200",
      description =
          "An earlier request with the same external_id created the tenant; without API keys",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @APIResponse(
      responseCode = "201",
      description = "The tenant is active",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @APIResponse(
      responseCode = "202",
      description =
          "With the header Prefer: respond-async (RFC 7240): the job that provisions the tenant",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({
    ErrorCode.TENANT_NAME_TAKEN,
    ErrorCode.EXTERNAL_ID_TAKEN,
    ErrorCode.TENANT_BUSY,
    ErrorCode.QUOTA_EXCEEDED,
    ErrorCode.VALIDATION_FAILED,
    ErrorCode.DATABASE_UNAVAILABLE,
    ErrorCode.RECOVERY_MODE,
    ErrorCode.REGION_UNAVAILABLE
  })
  public Response create(
      CreateTenant request,
      @RestHeader("Prefer") @Nullable String prefer,
      @Context ContainerRequestContext context) {
    boolean async = prefer != null && RESPOND_ASYNC.matcher(prefer).find();
    return switch (async
        ? jobs.submit(request)
        : creation.create(request, audit.success(context))) {
      case Creation.Submitted(Job job) ->
          Response.accepted(job)
              .location(URI.create(Job.PATH + job.id()))
              .header("Preference-Applied", "respond-async")
              .build();
      case Creation.Created(Tenant tenant) -> {
        AdminAudit.written(context);
        yield Response.created(URI.create("/api/v1/tenants/" + tenant.tenantId()))
            .entity(tenant)
            .build();
      }
      case Creation.Existing(Tenant tenant) -> {
        AdminAudit.concerns(context, Optional.of(tenant.tenantId()));
        yield Response.ok(tenant).build();
      }
    };
  }
}
