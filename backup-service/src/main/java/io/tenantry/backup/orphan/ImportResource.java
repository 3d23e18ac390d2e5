package io.tenantry.backup.orphan;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.Recurring;
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
  private final Recurring work;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  ImportResource(Imports imports, Recurring work, Jobs jobs, RequestFingerprint fingerprint) {
    this.imports = imports;
    this.work = work;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  @POST
  @Operation(
      summary = "Write the records of stored backups that have none, or say what that would do",
      description =
          "Each file is read to its end first: it must be authentic, and its key be there. Files"
              + " that cannot be imported are kept.")
  @APIResponse(
      responseCode = "200",
      description = "What it would do: the answer to dry_run",
      content = @Content(schema = @Schema(implementation = ImportReport.class)))
  @APIResponse(
      responseCode = "202",
      description = "The job that does it",
      content = @Content(schema = @Schema(implementation = Job.class)))
  public Response importAll(ImportRequest request, @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, request.tenantId());
    if (request.dryRun().orElse(false)) {
      return Response.ok(imports.plan(request.tenantId())).build();
    }
    return Accepted.of(
        jobs.get(
            work.submit(
                ImportHandler.TYPE,
                new ImportHandler.Task(request.tenantId()),
                fingerprint.of("import"))));
  }
}
