package io.tenantry.backup.report;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.http.DaysRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestQuery;

/** REST endpoints of reports. */
@Path("/api/v1/reports")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class ReportResource {

  private static final int DEFAULT_DAYS = 30;

  private final ReportStore store;
  private final Clock clock;

  ReportResource(ReportStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @GET
  @Path("/backups")
  @Operation(summary = "Report backups, restores and drills over time")
  @APIResponse(
      responseCode = "200",
      description = "The report",
      content = @Content(schema = @Schema(implementation = BackupReport.class)))
  public BackupReport backups(
      @BeanParam @Valid DaysRequest days,
      @RestQuery
          @DefaultValue("day")
          @Pattern(regexp = "day|week|month", message = "must be day, week or month")
          String interval) {
    return store.backups(days.days(DEFAULT_DAYS, clock.instant()), interval);
  }

  @GET
  @Path("/campaigns")
  @Operation(summary = "Report the campaigns of a period")
  @APIResponse(
      responseCode = "200",
      description = "The report",
      content = @Content(schema = @Schema(implementation = CampaignReport.class)))
  public CampaignReport campaigns(@BeanParam @Valid DaysRequest days) {
    return store.campaigns(days.days(DEFAULT_DAYS, clock.instant()));
  }
}
