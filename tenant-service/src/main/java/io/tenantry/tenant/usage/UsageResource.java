package io.tenantry.tenant.usage;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.http.DaysRequest;
import io.tenantry.kernel.http.Page;
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

/** REST endpoint of the tenants with the highest usage. */
@Path("/api/v1/usage")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class UsageResource {

  private static final int DEFAULT_DAYS = 7;

  private final UsageQueryStore store;
  private final Clock clock;

  UsageResource(UsageQueryStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @GET
  @Operation(
      summary = "List the tenants with the highest usage",
      description =
          "Computed from days, which include an hour once it is over. Deleted tenants are included.")
  @APIResponse(
      responseCode = "200",
      description = "The tenants, the highest value first",
      content = @Content(schema = @Schema(implementation = UsageRanking.class)))
  public UsageRanking top(
      @RestQuery
          @DefaultValue("20")
          @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
          String top,
      @Schema(
              description =
                  "storage: the average size. connections, tables: the maximum. Others: the sum.")
          @RestQuery
          @DefaultValue("storage")
          @Pattern(regexp = UsageMeasure.PATTERN, message = "must be a measure of usage")
          String by,
      @BeanParam @Valid DaysRequest days) {
    return store.ranking(
        UsageMeasure.of(by), days.days(DEFAULT_DAYS, clock.instant()), Integer.parseInt(top));
  }
}
