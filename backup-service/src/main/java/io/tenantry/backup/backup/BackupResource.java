package io.tenantry.backup.backup;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.LongPolling;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.http.WaitRequest;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Backups, over HTTP. */
@Path("/api/v1")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class BackupResource {

  private final Backups backups;
  private final BackupRecords records;
  private final TenantLookup tenants;
  private final TenantKeys keys;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;
  private final LongPolling.Watch ends;

  BackupResource(
      Backups backups,
      BackupRecords records,
      TenantLookup tenants,
      TenantKeys keys,
      Jobs jobs,
      RequestFingerprint fingerprint,
      LongPolling polling) {
    this.backups = backups;
    this.records = records;
    this.tenants = tenants;
    this.keys = keys;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
    this.ends = polling.watch(records::unfinished);
  }

  @POST
  @Path("/tenants/{tenant_id}/backups")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Back up a tenant")
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.TENANT_SHREDDED})
  public Response make(@RestPath("tenant_id") UUID tenantId, BackupRequest request) {
    boolean newKey = request.newKey().orElse(false);
    String name = tenants.get(tenantId).name();
    if (!newKey && keys.isShredded(tenantId)) {
      throw TenantKeys.shredded();
    }
    UUID job =
        backups.request(
            new Backups.Request(
                tenantId,
                name,
                request.kind().map(BackupRequest.RequestedKind::kind).orElse(BackupKind.MANUAL),
                OptionalInt.empty(),
                Optional.empty(),
                newKey,
                fingerprint.of("backup of " + tenantId)));
    return Accepted.of(jobs.get(job));
  }

  @GET
  @Path("/tenants/{tenant_id}/backups")
  @Operation(summary = "List a tenant's backups, newest first")
  public Page<Backup> listOfTenant(
      @RestPath("tenant_id") UUID tenantId,
      @RestQuery
          @Pattern(
              regexp = "pending|running|completed|failed|expired|shredded",
              message = "must be one of pending, running, completed, failed, expired, shredded")
          @Nullable String status,
      @BeanParam @Valid PageRequest page) {
    return list(Optional.of(tenantId), status, page);
  }

  @GET
  @Path("/backups")
  @Operation(summary = "List backups of all tenants, newest first")
  public Page<Backup> listAll(
      @RestQuery
          @Pattern(
              regexp = "pending|running|completed|failed|expired|shredded",
              message = "must be one of pending, running, completed, failed, expired, shredded")
          @Nullable String status,
      @BeanParam @Valid PageRequest page) {
    return list(Optional.empty(), status, page);
  }

  private Page<Backup> list(Optional<UUID> tenantId, @Nullable String status, PageRequest page) {
    return records.list(
        tenantId, Optional.ofNullable(status).map(Backup.Status::of), page.afterId(), page.size());
  }

  @GET
  @Path("/backups/{backup_id}")
  @Operation(summary = "Show a backup; with wait, when it has ended")
  @APIResponse(
      responseCode = "200",
      description = "The backup",
      content = @Content(schema = @Schema(implementation = Backup.class)))
  @Refuses(ErrorCode.BACKUP_NOT_FOUND)
  public Backup get(@RestPath("backup_id") UUID backupId, @BeanParam @Valid WaitRequest wait) {
    ends.awaitEnd(backupId, wait.time());
    return records.get(backupId);
  }
}
