package io.tenantry.backup.migration;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.idempotency.RequestFingerprint;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** Migrations of single tenants, over HTTP. */
@Path("/api/v1")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class MigrationResource {

  private final Migrations migrations;
  private final MigrationRecords records;
  private final TenantLookup tenants;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  MigrationResource(
      Migrations migrations,
      MigrationRecords records,
      TenantLookup tenants,
      Jobs jobs,
      RequestFingerprint fingerprint) {
    this.migrations = migrations;
    this.records = records;
    this.tenants = tenants;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  @POST
  @Path("/tenants/{tenant_id}/migrations")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Migrate a tenant to a version of its blueprint, or show the plan (dry_run)",
      description =
          "Runs the missing migrations or, for a rollback, the undo scripts. A tenant that is"
              + " already at the version is not changed.")
  @APIResponse(
      responseCode = "200",
      description = "The plan, if dry_run is true",
      content = @Content(schema = @Schema(implementation = MigrationPlan.class)))
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({
    ErrorCode.TENANT_NOT_FOUND,
    ErrorCode.BLUEPRINT_NOT_FOUND,
    ErrorCode.TENANT_AHEAD,
    ErrorCode.VERSIONS_DIVERGE,
    ErrorCode.ROLLBACK_IMPOSSIBLE,
    ErrorCode.GOLDEN_TEMPLATE_MISSING
  })
  public Response migrate(@RestPath("tenant_id") UUID tenantId, MigrationRequest request) {
    TenantEntry tenant = tenants.getUncached(tenantId);
    if (request.dryRun().orElse(false)) {
      return Response.ok(MigrationPlan.of(migrations.plan(tenant, request))).build();
    }
    return Accepted.of(
        jobs.get(migrations.request(tenant, request, fingerprint.of("migration of " + tenantId))));
  }

  @GET
  @Path("/tenants/{tenant_id}/migrations")
  @Operation(summary = "List a tenant's migrations, newest first")
  public Page<Migration> list(
      @RestPath("tenant_id") UUID tenantId, @BeanParam @Valid PageRequest page) {
    return records.list(
        Optional.of(tenantId), Optional.empty(), Optional.empty(), page.afterId(), page.size());
  }

  @GET
  @Path("/migrations/{migration_id}")
  @Operation(summary = "Show a migration")
  @APIResponse(
      responseCode = "200",
      description = "The migration",
      content = @Content(schema = @Schema(implementation = Migration.class)))
  @Refuses(ErrorCode.MIGRATION_NOT_FOUND)
  public Migration get(@RestPath("migration_id") UUID migrationId) {
    return records.get(migrationId);
  }
}
