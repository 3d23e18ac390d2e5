package io.tenantry.backup.schedule;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Backup schedules, over HTTP. */
@Path("/api/v1/schedules")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class ScheduleResource {

  private final ScheduleStore schedules;
  private final ScheduleReconciliation reconciliation;
  private final TenantLookup tenants;
  private final Database database;
  private final Clock clock;

  ScheduleResource(
      ScheduleStore schedules,
      ScheduleReconciliation reconciliation,
      TenantLookup tenants,
      Database database,
      Clock clock) {
    this.schedules = schedules;
    this.reconciliation = reconciliation;
    this.tenants = tenants;
    this.database = database;
    this.clock = clock;
  }

  @PUT
  @Path("/{tenant_id}")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Set when a tenant is backed up, and how long its backups are kept")
  @APIResponse(
      responseCode = "200",
      description = "Its schedule",
      content = @Content(schema = @Schema(implementation = Schedule.class)))
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public Schedule put(@RestPath("tenant_id") UUID tenantId, ScheduleChange change) {
    if (!Crons.fires(change.cron(), clock.instant())) {
      throw new InvalidRequest("cron", "must be a Quartz cron expression that fires at least once");
    }
    tenants.get(tenantId);
    database.transact(sql -> schedules.put(sql, tenantId, change));
    return get(tenantId);
  }

  @GET
  @Path("/{tenant_id}")
  @Operation(summary = "Show a tenant's backup schedule")
  @APIResponse(
      responseCode = "200",
      description = "Its schedule",
      content = @Content(schema = @Schema(implementation = Schedule.class)))
  @Refuses(ErrorCode.SCHEDULE_NOT_FOUND)
  public Schedule get(@RestPath("tenant_id") UUID tenantId) {
    return schedules
        .find(tenantId)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.SCHEDULE_NOT_FOUND, "Tenant " + tenantId + " has no schedule."));
  }

  @GET
  @Operation(summary = "List backup schedules, oldest tenants first, or one tenant's")
  public Page<Schedule> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId,
      @BeanParam @Valid PageRequest page) {
    return tenantId == null
        ? schedules.list(page.afterId(), page.size())
        : new Page<>(schedules.find(UUID.fromString(tenantId)).stream().toList(), Optional.empty());
  }

  @GET
  @Path("/reconciliation")
  @Operation(
      summary = "Show how the schedules differ from the registry of tenants",
      description =
          "Compares them now, which reads all tenants, unless the last comparison is not older than"
              + " max_age seconds; they are also compared regularly.")
  @APIResponse(
      responseCode = "200",
      description = "The differences",
      content = @Content(schema = @Schema(implementation = ReconciliationReport.class)))
  public ReconciliationReport differences(
      @RestQuery("max_age")
          @DefaultValue("0")
          @Pattern(regexp = "[0-9]{1,6}", message = "must be a number of seconds")
          String maxAge) {
    return reconciliation.report(Duration.ofSeconds(Long.parseLong(maxAge)));
  }

  @POST
  @Path("/reconciliation")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary =
          "Reconcile schedules now: enrol tenants without one, remove those of deleted tenants",
      description =
          "Also runs regularly. beyond_limits=true ignores the limits on how much may change at"
              + " once: check the differences first. Schedules of tenants that the registry does not"
              + " have are never removed.")
  @APIResponse(
      responseCode = "200",
      description = "The changes, and the remaining differences",
      content = @Content(schema = @Schema(implementation = ReconciliationReport.class)))
  public ReconciliationReport reconcile(
      @RestQuery("beyond_limits")
          @DefaultValue("false")
          @Pattern(regexp = "true|false", message = "must be true or false")
          String beyondLimits) {
    return reconciliation.reconcile(Boolean.parseBoolean(beyondLimits));
  }
}
