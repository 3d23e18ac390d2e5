package io.tenantry.backup.retention;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.Recurring;
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
  private final Recurring recurring;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  RetentionResource(
      Retention retention, Recurring recurring, Jobs jobs, RequestFingerprint fingerprint) {
    this.retention = retention;
    this.recurring = recurring;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  @GET
  @Path("/preview")
  @Operation(
      summary = "List what a run would remove now: expired backups, and files that no backup has",
      description = "Files that are not this installation's are listed, and never removed.")
  public RetentionReport preview() {
    return retention.preview();
  }

  @POST
  @Path("/run")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Remove expired backups, and files that no backup has",
      description =
          "A run that would remove more than the limit removes nothing, unless force is true.")
  @APIResponse(
      responseCode = "202",
      description = "The job that does it",
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
