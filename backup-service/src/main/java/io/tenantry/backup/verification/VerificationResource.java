package io.tenantry.backup.verification;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.idempotency.RequestFingerprint;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** Verification of backups, over HTTP. */
@Path("/api/v1/backups/{backup_id}/verify")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
final class VerificationResource {

  private final BackupRecords records;
  private final Stores stores;
  private final Database database;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  VerificationResource(
      BackupRecords records,
      Stores stores,
      Database database,
      Jobs jobs,
      RequestFingerprint fingerprint) {
    this.records = records;
    this.stores = stores;
    this.database = database;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  @POST
  @Operation(summary = "Verify a stored backup by reading it to its end")
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({ErrorCode.BACKUP_NOT_FOUND, ErrorCode.BACKUP_NOT_USABLE})
  public Response verify(
      @RestPath("backup_id") UUID backupId,
      StoreChoice choice,
      @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, records.find(backupId).map(Backup::tenantId));
    Backup backup = records.stored(backupId);
    choice.store().ifPresent(stores::named);
    UUID job =
        database.inTransaction(
            sql ->
                jobs.submit(
                    sql,
                    NewJob.of(
                            VerificationHandler.TYPE,
                            new VerificationHandler.Task(backupId, choice.store()))
                        .about(backup.tenantId())
                        .withPriority(NewJob.HIGH)
                        .once(fingerprint.of("verification of " + backupId))));
    return Accepted.of(jobs.get(job));
  }
}
