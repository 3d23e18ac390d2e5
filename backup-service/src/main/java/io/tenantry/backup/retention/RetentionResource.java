package io.tenantry.backup.retention;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.RecurringJobs;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.idempotency.RequestFingerprint;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestQuery;

/** Retention, over HTTP. */
@Path("/api/v1/retention")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class RetentionResource {

  private final Retention retention;
  private final RecurringJobs recurring;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  RetentionResource(
      Retention retention, RecurringJobs recurring, Jobs jobs, RequestFingerprint fingerprint) {
    this.retention = retention;
    this.recurring = recurring;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  @GET
  @Path("/preview")
  @Operation(
      summary = "List what a retention run would remove now: expired backups and orphaned files",
      description = "Files that are not this installation's are listed but never removed.")
  public RetentionReport preview() {
    return retention.preview();
  }

  @POST
  @Path("/run")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Run retention: remove expired backups and orphaned files",
      description =
          "A run that would remove more than the limit removes nothing, unless force is true.")
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  public Response run(@RestQuery @DefaultValue("false") boolean force) {
    return Accepted.of(
        jobs.get(
            recurring.submit(
                RetentionHandler.TYPE,
                new RetentionHandler.Run(Optional.of(force)),
                fingerprint.of("retention"))));
  }
}
