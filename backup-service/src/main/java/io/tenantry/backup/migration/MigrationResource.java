package io.tenantry.backup.migration;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
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
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Migrations of single tenants, over HTTP. */
@Path("/api/v1")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class MigrationResource {

  private final Migrations migrations;
  private final MigrationRecords records;
  private final TenantPlaces tenants;
  private final Jobs jobs;

  MigrationResource(
      Migrations migrations, MigrationRecords records, TenantPlaces tenants, Jobs jobs) {
    this.migrations = migrations;
    this.records = records;
    this.tenants = tenants;
    this.jobs = jobs;
  }

  @POST
  @Path("/tenants/{tenant_id}/migrations")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Migrate a tenant to a version of its blueprint, or say what that would do",
      description =
          "Forward by the migrations it has not had, or back by their undos. A tenant that is there"
              + " already is left as it is.")
  @APIResponse(
      responseCode = "200",
      description = "What it would do: the answer to dry_run",
      content = @Content(schema = @Schema(implementation = MigrationPlan.class)))
  @APIResponse(
      responseCode = "202",
      description = "The job that does it",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @APIResponse(responseCode = "404", description = "TENANT_NOT_FOUND, BLUEPRINT_NOT_FOUND")
  @APIResponse(
      responseCode = "409",
      description = "TENANT_AHEAD, VERSIONS_DIVERGE, ROLLBACK_IMPOSSIBLE")
  @APIResponse(responseCode = "503", description = "GOLDEN_TEMPLATE_MISSING")
  public Response migrate(
      @RestPath("tenant_id") UUID tenantId,
      @RestHeader("Idempotency-Key") @Size(min = 1, max = 255) String idempotencyKey,
      MigrationRequest request) {
    TenantEntry tenant = tenants.getNow(tenantId);
    if (request.dryRun().orElse(false)) {
      return Response.ok(MigrationPlan.of(migrations.plan(tenant, request))).build();
    }
    return Accepted.of(
        jobs.get(
            migrations.request(
                tenant, request, Accepted.key("migration of " + tenantId, idempotencyKey))));
  }

  @GET
  @Path("/tenants/{tenant_id}/migrations")
  @Operation(summary = "List a tenant's migrations, newest first")
  public Page<Migration> list(
      @RestPath("tenant_id") UUID tenantId,
      @RestQuery
          @DefaultValue(Page.DEFAULT_LIMIT)
          @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
          String limit,
      @RestQuery @Pattern(regexp = Page.UUID_PATTERN, message = "must be a migration id")
          String after) {
    return records.list(
        Optional.of(tenantId),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(after).map(UUID::fromString),
        Integer.parseInt(limit));
  }

  @GET
  @Path("/migrations/{migration_id}")
  @Operation(summary = "Show a migration")
  @APIResponse(
      responseCode = "200",
      description = "The migration",
      content = @Content(schema = @Schema(implementation = Migration.class)))
  @APIResponse(responseCode = "404", description = "MIGRATION_NOT_FOUND")
  public Migration get(@RestPath("migration_id") UUID migrationId) {
    return records.get(migrationId);
  }
}
