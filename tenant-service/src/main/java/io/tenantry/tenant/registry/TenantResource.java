package io.tenantry.tenant.registry;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.job.Job;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Tenants, over HTTP. */
@Path("/api/v1/tenants")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class TenantResource {

  private static final String STATUSES =
      "registered|provisioning|rolling_back|active|suspended|deleting|deleted";
  private static final String ENVIRONMENTS = "development|staging|production";

  private static final java.util.regex.Pattern RESPOND_ASYNC =
      java.util.regex.Pattern.compile("(^|[,;\\s])respond-async($|[,;\\s])");

  private final Tenants tenants;
  private final ProvisionTenantJob jobs;
  private final AdminAudit audit;

  TenantResource(Tenants tenants, ProvisionTenantJob jobs, AdminAudit audit) {
    this.tenants = tenants;
    this.jobs = jobs;
    this.audit = audit;
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Provision a tenant",
      description =
          "Answers when the tenant's database, role and keys stand and were tried, or when nothing"
              + " of them is left. API keys are in this answer and never shown again.")
  @APIResponse(
      responseCode = "201",
      description = "The tenant is active",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @APIResponse(
      responseCode = "202",
      description = "Asked for by Prefer: respond-async (RFC 7240): the job to follow",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({
    ErrorCode.TENANT_NAME_TAKEN,
    ErrorCode.QUOTA_EXCEEDED,
    ErrorCode.VALIDATION_FAILED,
    ErrorCode.DATABASE_UNAVAILABLE,
    ErrorCode.REGION_UNAVAILABLE
  })
  public Response create(
      CreateTenant request,
      @RestHeader("Prefer") String prefer,
      @Context ContainerRequestContext context) {
    if (prefer != null && RESPOND_ASYNC.matcher(prefer).find()) {
      Job job = jobs.submit(request);
      return Response.accepted(job)
          .location(URI.create(Job.PATH + job.id()))
          .header("Preference-Applied", "respond-async")
          .build();
    }
    Tenant tenant =
        tenants.create(
            request, (transaction, tenantId) -> audit.append(transaction, context, tenantId));
    return Response.created(URI.create("/api/v1/tenants/" + tenant.tenantId()))
        .entity(tenant)
        .build();
  }

  @GET
  @Path("/{tenant_id}")
  @Operation(summary = "Show a tenant and the steps of its provisioning")
  @APIResponse(
      responseCode = "200",
      description = "The tenant",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public Tenant get(@RestPath("tenant_id") UUID tenantId) {
    return tenants.get(tenantId);
  }

  @GET
  @Operation(summary = "List tenants, oldest first; deleted ones only if asked for by status")
  public Page<Tenant> list(
      @RestQuery @Pattern(regexp = STATUSES, message = "is no status") String status,
      @RestQuery @Pattern(regexp = ENVIRONMENTS, message = "is no environment") String environment,
      @RestQuery String blueprint,
      @RestQuery String region,
      @RestQuery("name_prefix")
          @Size(max = 255, message = "must have at most 255 characters")
          @Pattern(regexp = "[A-Za-z0-9_-]*", message = "must be of A-Z a-z 0-9 _ -")
          String namePrefix,
      @BeanParam @Valid PageRequest page) {
    return tenants.list(
        new TenantFilter(status, environment, blueprint, region, namePrefix),
        page.afterId().orElse(null),
        page.size());
  }
}
