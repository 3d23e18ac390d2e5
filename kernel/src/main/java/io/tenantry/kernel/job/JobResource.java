package io.tenantry.kernel.job;

import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.http.WaitRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The REST resource for jobs. */
@Path("/api/v1/jobs")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@IfBuildProperty(name = "tenantry.jobs.enabled", stringValue = "true")
public final class JobResource {

  private final Jobs jobs;

  JobResource(Jobs jobs) {
    this.jobs = jobs;
  }

  @GET
  @Path("/{job_id}")
  @Operation(summary = "Show a job; with wait, when it has ended")
  @APIResponse(
      responseCode = "200",
      description = "The job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses(ErrorCode.JOB_NOT_FOUND)
  public Job get(@RestPath("job_id") UUID id, @BeanParam @Valid WaitRequest wait) {
    return jobs.awaitEnd(id, wait.time());
  }

  @GET
  @Operation(summary = "List jobs, newest first")
  public Page<Job> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          String tenantId,
      @RestQuery String type,
      @RestQuery
          @Pattern(
              regexp = "pending|running|completed|failed|cancelled",
              message = "must be one of pending, running, completed, failed, cancelled")
          String status,
      @BeanParam @Valid PageRequest page) {
    return jobs.list(
        new JobFilter(
            Optional.ofNullable(tenantId).map(UUID::fromString),
            Optional.ofNullable(type),
            Optional.ofNullable(status).map(Job.Status::of)),
        page.afterId(),
        page.size());
  }

  @POST
  @Path("/{job_id}/cancel")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Cancel a job that has not started or waits for its next attempt")
  @APIResponse(
      responseCode = "200",
      description = "The cancelled job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({ErrorCode.JOB_NOT_FOUND, ErrorCode.JOB_NOT_CANCELLABLE})
  public Job cancel(@RestPath("job_id") UUID id, @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, jobs.get(id).tenantId());
    return jobs.cancel(id);
  }
}
