package io.tenantry.tenant.report;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.http.DaysRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
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
import org.jspecify.annotations.Nullable;

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
  @Path("/provisioning")
  @Operation(
      summary = "Report how provisioning went, by time, blueprint, region and step",
      description =
          "Counts every provisioning that reserved a tenant; requests that were refused before are"
              + " not included.")
  @APIResponse(
      responseCode = "200",
      description = "The report",
      content = @Content(schema = @Schema(implementation = ProvisioningReport.class)))
  public ProvisioningReport provisioning(
      @BeanParam @Valid DaysRequest days,
      @RestQuery
          @DefaultValue("day")
          @Pattern(regexp = "day|week|month", message = "must be day, week or month")
          String interval,
      @RestQuery @Size(max = 255, message = "must have at most 255 characters")
          @Nullable String blueprint,
      @RestQuery @Size(max = 255, message = "must have at most 255 characters")
          @Nullable String region) {
    return store.provisioning(
        new ReportStore.Filter(
            days.days(DEFAULT_DAYS, clock.instant()), interval, blueprint, region));
  }

  @GET
  @Path("/growth")
  @Operation(
      summary = "Report the growth of tenants, storage and events by day",
      description = "Days include an hour once it is over.")
  @APIResponse(
      responseCode = "200",
      description = "The report",
      content = @Content(schema = @Schema(implementation = GrowthReport.class)))
  public GrowthReport growth(@BeanParam @Valid DaysRequest days) {
    return store.growth(days.days(DEFAULT_DAYS, clock.instant()));
  }
}
