package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.Accepted;
import io.tenantry.backup.RecurringJobs;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
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

/** The migration status of tenants, over HTTP. */
@Path("/api/v1")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class StatusResource {

  private final TenantStates states;
  private final Drift drift;
  private final RecurringJobs recurring;
  private final Jobs jobs;
  private final RequestFingerprint fingerprint;

  StatusResource(
      TenantStates states,
      Drift drift,
      RecurringJobs recurring,
      Jobs jobs,
      RequestFingerprint fingerprint) {
    this.states = states;
    this.drift = drift;
    this.recurring = recurring;
    this.jobs = jobs;
    this.fingerprint = fingerprint;
  }

  @GET
  @Path("/migrations/status")
  @Operation(summary = "List tenants with their migration status")
  public Page<TenantState> list(
      @RestQuery @Nullable String blueprint,
      @RestQuery
          @Pattern(
              regexp = "up_to_date|pending|failed|drifted",
              message = "must be one of up_to_date, pending, failed, drifted")
          @Nullable String status,
      @BeanParam @Valid PageRequest page) {
    return states.list(
        Optional.ofNullable(blueprint),
        Optional.ofNullable(status).map(TenantState.Status::of),
        page.afterId(),
        page.size());
  }

  @GET
  @Path("/migrations/summary")
  @Operation(summary = "Count tenants by blueprint and migration status")
  public SummaryList summary(@RestQuery @Nullable String blueprint) {
    return new SummaryList(states.summaries(Optional.ofNullable(blueprint)));
  }

  @GET
  @Path("/tenants/{tenant_id}/drift")
  @Operation(
      summary = "Compare a tenant's catalog and migration history with the golden template's",
      description = "Checks the tenant now; its migration status shows the latest result.")
  @APIResponse(
      responseCode = "200",
      description = "What differs, object by object",
      content = @Content(schema = @Schema(implementation = DriftReport.class)))
  @Refuses({
    ErrorCode.TENANT_NOT_FOUND,
    ErrorCode.BLUEPRINT_NOT_FOUND,
    ErrorCode.GOLDEN_TEMPLATE_MISSING,
    ErrorCode.DATABASE_UNAVAILABLE
  })
  public DriftReport drift(@RestPath("tenant_id") UUID tenantId) {
    return drift.check(tenantId);
  }

  @POST
  @Path("/migrations/drift-checks")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Check all tenants, or those of one blueprint, for drift")
  @APIResponse(
      responseCode = "202",
      description = "The submitted job",
      content = @Content(schema = @Schema(implementation = Job.class)))
  public Response check(DriftCheckRequest request) {
    return Accepted.of(
        jobs.get(
            recurring.submit(
                DriftCheckHandler.TYPE,
                new DriftCheckHandler.Task(request.blueprint()),
                fingerprint.of("drift check"))));
  }

  /**
   * The body of a request for a drift check of many tenants.
   *
   * @param blueprint the blueprint whose tenants are checked; by default all tenants are
   */
  @RegisterForReflection
  record DriftCheckRequest(Optional<String> blueprint) {}

  @RegisterForReflection
  record SummaryList(List<TenantState.Summary> items) {}
}
