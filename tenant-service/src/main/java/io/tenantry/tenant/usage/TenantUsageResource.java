package io.tenantry.tenant.usage;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.tenant.usage.UsageQueryStore.Subject;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** REST endpoint of a tenant's usage. */
@Path("/api/v1/tenants/{tenant_id}/usage")
@RolesAllowed({Roles.VIEWER, Roles.SCOPE_READ})
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class TenantUsageResource {

  private final UsageQueryStore store;
  private final SecurityIdentity caller;
  private final Clock clock;

  TenantUsageResource(UsageQueryStore store, SecurityIdentity caller, Clock clock) {
    this.store = store;
    this.caller = caller;
    this.clock = clock;
  }

  @GET
  @Operation(
      summary = "Show a tenant's usage by hour or by day",
      description =
          "An API key of the tenant with the scope read sees its own tenant only. Usage of deleted"
              + " tenants stays until its retention ends.")
  @APIResponse(
      responseCode = "200",
      description = "The usage",
      content = @Content(schema = @Schema(implementation = TenantUsage.class)))
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public TenantUsage get(
      @RestPath("tenant_id") UUID tenantId,
      @RestQuery
          @DefaultValue("hour")
          @Pattern(regexp = Granularity.PATTERN, message = "must be hour or day")
          String granularity,
      @Schema(
              description =
                  "The start of the period, inclusive: a date, which starts at 00:00 UTC, or an"
                      + " RFC 3339 timestamp. By default 24 hours, or 30 days, before its end.")
          @RestQuery
          @Nullable String from,
      @Schema(
              description =
                  "The end of the period, exclusive; now by default. At most 31 days of hours, or"
                      + " 400 days.")
          @RestQuery
          @Nullable String to) {
    if (caller.getPrincipal() instanceof TenantPrincipal tenant
        && !tenant.tenantId().equals(tenantId)) {
      throw new TenantryException(ErrorCode.FORBIDDEN, "The API key belongs to another tenant.");
    }
    Granularity step = Granularity.of(granularity);
    Instant now = clock.instant();
    UsagePeriods.Times period = UsagePeriods.series(step, from, to, now);
    Subject tenant =
        store
            .subject(tenantId)
            .orElseThrow(
                () ->
                    new TenantryException(
                        ErrorCode.TENANT_NOT_FOUND, "There is no tenant " + tenantId + "."));
    List<UsageSample> samples =
        step == Granularity.HOUR ? store.hours(tenantId, period) : store.days(tenantId, period);
    return new TenantUsage(
        tenantId,
        tenant.name(),
        step,
        period.from(),
        period.to(),
        samples,
        Gap.in(
            UsageQueryStore.measured(samples),
            step,
            latest(period.from(), tenant.createdAt()),
            earliest(period.to(), step.startOf(tenant.deletedAt().orElse(now)))));
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
