package io.tenantry.backup.orphan;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.RecurringJobs;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.idempotency.RequestFingerprint;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The import of stored backups, over HTTP. */
@Path("/api/v1/backups/import")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
final class ImportResource {

  private final Imports imports;
  private final RecurringJobs recurring;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  ImportResource(
      Imports imports, RecurringJobs recurring, Jobs jobs, RequestFingerprint fingerprint) {
    this.imports = imports;
    this.recurring = recurring;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  @POST
  @Operation(
      summary = "Import stored backups that have no record, or show the plan (dry_run)",
      description =
          "Reads each file to its end first: it must be authentic, and its key must exist. Files"
              + " that cannot be imported are kept.")
  @APIResponse(
      responseCode = "200",
      description = "The plan, if dry_run is true",
      content = @Content(schema = @Schema(implementation = ImportReport.class)))
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  public Response importAll(
      ImportRequest request, @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, request.tenantId());
    if (request.dryRun().orElse(false)) {
      return Response.ok(imports.plan(request.tenantId())).build();
    }
    return Accepted.of(
        jobs.get(
            recurring.submit(
                ImportHandler.TYPE,
                new ImportHandler.Task(request.tenantId()),
                fingerprint.of("import"))));
  }
}
