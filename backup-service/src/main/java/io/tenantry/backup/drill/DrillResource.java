package io.tenantry.backup.drill;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.idempotency.RequestFingerprint;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
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
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Drills, over HTTP. */
@Path("/api/v1")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class DrillResource {

  private final Drills drills;
  private final DrillRecords records;
  private final BackupRecords backups;
  private final Stores stores;
  private final Database database;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  DrillResource(
      Drills drills,
      DrillRecords records,
      BackupRecords backups,
      Stores stores,
      Database database,
      Jobs jobs,
      RequestFingerprint fingerprint) {
    this.drills = drills;
    this.records = records;
    this.backups = backups;
    this.stores = stores;
    this.database = database;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  /**
   * The body of a request for a drill.
   *
   * @param store the store to read from; by default the first with an intact file
   */
  @RegisterForReflection
  record DrillRequest(Optional<String> store) {}

  @POST
  @Path("/backups/{backup_id}/drill")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Restore a backup into a scratch database, count its rows and drop it")
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({ErrorCode.BACKUP_NOT_FOUND, ErrorCode.BACKUP_NOT_USABLE})
  public Response drill(
      @RestPath("backup_id") UUID backupId,
      DrillRequest request,
      @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, backups.find(backupId).map(Backup::tenantId));
    Backup backup = backups.usable(backupId);
    request.store().ifPresent(stores::named);
    UUID job =
        database.inTransaction(
            sql ->
                drills.request(
                    sql,
                    backup.tenantId(),
                    backupId,
                    request.store(),
                    fingerprint.of("drill of " + backupId)));
    return Accepted.of(jobs.get(job));
  }

  @GET
  @Path("/drills")
  @Operation(summary = "List drills, newest first")
  public Page<Drill> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId,
      @BeanParam @Valid PageRequest page) {
    return records.list(
        Optional.ofNullable(tenantId).map(UUID::fromString), page.afterId(), page.size());
  }

  @GET
  @Path("/drills/{drill_id}")
  @Operation(summary = "Show a drill with its evidence")
  @APIResponse(
      responseCode = "200",
      description = "The drill",
      content = @Content(schema = @Schema(implementation = Drill.class)))
  @Refuses(ErrorCode.DRILL_NOT_FOUND)
  public Drill get(@RestPath("drill_id") UUID drillId) {
    return records.get(drillId);
  }
}
