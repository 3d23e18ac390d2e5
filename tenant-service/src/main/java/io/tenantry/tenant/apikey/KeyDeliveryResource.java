package io.tenantry.tenant.apikey;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST endpoint to collect the API keys that a job issued. */
@Path("/api/v1/jobs/{job_id}/api-keys")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class KeyDeliveryResource {

  private final Jobs jobs;
  private final KeyDeliveries deliveries;

  KeyDeliveryResource(Jobs jobs, KeyDeliveries deliveries) {
    this.jobs = jobs;
    this.deliveries = deliveries;
  }

  @POST
  @Path("/collect")
  @Operation(
      summary = "Collect the API keys that a job issued",
      description =
          "The keys are deleted when they are collected, and one hour after the job issued them.")
  @APIResponse(
      responseCode = "200",
      description = "The keys",
      content = @Content(schema = @Schema(implementation = IssuedKeys.class)))
  @Refuses({ErrorCode.JOB_NOT_FOUND, ErrorCode.JOB_NOT_COMPLETED, ErrorCode.API_KEYS_GONE})
  public IssuedKeys collect(
      @RestPath("job_id") UUID jobId, @Context ContainerRequestContext asked) {
    Job job = jobs.get(jobId);
    AdminAudit.concerns(asked, job.tenantId());
    if (job.status() != Job.Status.COMPLETED) {
      throw new TenantryException(
          ErrorCode.JOB_NOT_COMPLETED,
          "The job is " + job.status() + "; it has not issued any keys.");
    }
    return deliveries
        .collect(jobId)
        .map(IssuedKeys::new)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.API_KEYS_GONE,
                    "The job's API keys were already collected or have expired."));
  }

  record IssuedKeys(List<IssuedKey> items) {}
}
