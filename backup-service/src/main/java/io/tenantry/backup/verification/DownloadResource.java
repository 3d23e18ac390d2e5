package io.tenantry.backup.verification;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** Decrypted dumps, over HTTP, for callers who may read all data of a tenant. */
@Path("/api/v1/backups/{backup_id}/download")
@RolesAllowed({Roles.ADMIN, Roles.BACKUP_READER})
@RunOnVirtualThread
final class DownloadResource {

  private final BackupRecords records;
  private final Archives archives;
  private final Stores stores;
  private final AuditLog audit;

  DownloadResource(BackupRecords records, Archives archives, Stores stores, AuditLog audit) {
    this.records = records;
    this.archives = archives;
    this.stores = stores;
    this.audit = audit;
  }

  @GET
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  @Operation(summary = "Download a backup, decrypted, as pg_dump's custom format; audited")
  @APIResponse(
      responseCode = "200",
      description = "The dump, for pg_restore",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(format = "binary")))
  @Refuses({ErrorCode.BACKUP_NOT_FOUND, ErrorCode.BACKUP_NOT_USABLE})
  public Response download(
      @RestPath("backup_id") UUID backupId,
      @Context SecurityContext caller,
      @Context HttpServerRequest request) {
    Backup backup = records.usable(backupId);
    // Audited first: without an audit entry there is no download.
    audit.append(
        new AuditEntry(
            AdminAudit.actor(caller.getUserPrincipal()),
            "download_backup",
            Optional.of(backup.tenantId()),
            Optional.of(request.remoteAddress().hostAddress()),
            AuditEntry.Outcome.SUCCEEDED,
            Optional.empty(),
            Map.of("backup_id", backupId.toString())));
    InputStream dump =
        archives.open(
            stores.named(backup.file().orElseThrow().store()), backup.expected(), bytes -> {});
    return Response.ok(dump)
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + backupId + ".dump\"")
        .build();
  }
}
