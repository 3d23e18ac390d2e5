package io.tenantry.backup.restore;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.ApiConventions;
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
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Restores, over HTTP. */
@Path("/api/v1/restores")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class RestoreResource {

  private final Restores restores;
  private final RestorePlanner planner;
  private final RestoreRecords records;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;
  private final LongPolling.Watch ends;

  RestoreResource(
      Restores restores,
      RestorePlanner planner,
      RestoreRecords records,
      Jobs jobs,
      RequestFingerprint fingerprint,
      LongPolling polling) {
    this.restores = restores;
    this.planner = planner;
    this.records = records;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
    this.ends = polling.watch(records::unfinished);
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Replace a tenant's data with a backup, or show the plan (dry_run)")
  @APIResponse(
      responseCode = "200",
      description = "The plan, if dry_run is true",
      content = @Content(schema = @Schema(implementation = RestorePlan.class)))
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.BACKUP_NOT_FOUND, ErrorCode.BACKUP_NOT_USABLE})
  public Response restore(RestoreRequest request, @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, restores.concerned(request));
    if (request.dryRun().orElse(false)) {
      return Response.ok(planner.plan(request)).build();
    }
    return Accepted.of(
        jobs.get(
            restores.request(
                request,
                new Restores.Origin(
                    fingerprint.of("restore of " + request.tenantId()),
                    Optional.ofNullable(
                        requestContext.getHeaderString(ApiConventions.IDEMPOTENCY_KEY))))));
  }

  @GET
  @Operation(summary = "List restores, newest first")
  public Page<Restore> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId,
      @BeanParam @Valid PageRequest page) {
    return records.list(
        Optional.ofNullable(tenantId).map(UUID::fromString), page.afterId(), page.size());
  }

  @GET
  @Path("/{restore_id}")
  @Operation(summary = "Show a restore; with wait, when it has ended")
  @APIResponse(
      responseCode = "200",
      description = "The restore",
      content = @Content(schema = @Schema(implementation = Restore.class)))
  @Refuses(ErrorCode.RESTORE_NOT_FOUND)
  public Restore get(@RestPath("restore_id") UUID restoreId, @BeanParam @Valid WaitRequest wait) {
    ends.awaitEnd(restoreId, wait.time());
    return records.get(restoreId);
  }

  @POST
  @Path("/{restore_id}/undo")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Undo a restore: swap the replaced data back")
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({ErrorCode.RESTORE_NOT_FOUND, ErrorCode.RESTORE_NOT_UNDOABLE})
  public Response undo(
      @RestPath("restore_id") UUID restoreId, @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, List.of(records.get(restoreId).tenantId()));
    return Accepted.of(jobs.get(restores.undo(restoreId, fingerprint.of("undo of " + restoreId))));
  }
}
