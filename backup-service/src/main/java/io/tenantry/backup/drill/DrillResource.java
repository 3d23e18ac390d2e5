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
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
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
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

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

  DrillResource(
      Drills drills,
      DrillRecords records,
      BackupRecords backups,
      Stores stores,
      Database database,
      Jobs jobs) {
    this.drills = drills;
    this.records = records;
    this.backups = backups;
    this.stores = stores;
    this.database = database;
    this.jobs = jobs;
  }

  /**
   * The body of a request for a drill.
   *
   * @param store the store to read from; else the first that has the backup whole
   */
  @RegisterForReflection
  record DrillRequest(Optional<String> store) {}

  @POST
  @Path("/backups/{backup_id}/drill")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Restore a backup for trial, count its rows and drop it again")
  @APIResponse(
      responseCode = "202",
      description = "The job that does it",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @APIResponse(responseCode = "404", description = "BACKUP_NOT_FOUND")
  @APIResponse(responseCode = "409", description = "BACKUP_NOT_USABLE")
  public Response drill(
      @RestPath("backup_id") UUID backupId,
      @RestHeader("Idempotency-Key") @Size(min = 1, max = 255) String idempotencyKey,
      DrillRequest request,
      @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, backups.find(backupId).map(Backup::tenantId));
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
                    Accepted.key("drill of " + backupId, idempotencyKey)));
    return Accepted.of(jobs.get(job));
  }

  @GET
  @Path("/drills")
  @Operation(summary = "List drills, newest first")
  public Page<Drill> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          String tenantId,
      @RestQuery
          @DefaultValue(Page.DEFAULT_LIMIT)
          @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
          String limit,
      @RestQuery @Pattern(regexp = Page.UUID_PATTERN, message = "must be a drill id")
          String after) {
    return records.list(
        Optional.ofNullable(tenantId).map(UUID::fromString),
        Optional.ofNullable(after).map(UUID::fromString),
        Integer.parseInt(limit));
  }

  @GET
  @Path("/drills/{drill_id}")
  @Operation(summary = "Show a drill with its evidence")
  @APIResponse(
      responseCode = "200",
      description = "The drill",
      content = @Content(schema = @Schema(implementation = Drill.class)))
  @APIResponse(responseCode = "404", description = "DRILL_NOT_FOUND")
  public Drill get(@RestPath("drill_id") UUID drillId) {
    return records.get(drillId);
  }
}
