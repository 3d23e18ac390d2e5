package io.tenantry.tenant.recovery;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.recovery.RecoveryMode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** REST endpoints of recovery after the control database was restored from a backup or lost. */
@Path("/api/v1/recovery")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class RecoveryResource {

  private final RecoveryMode mode;
  private final RecoveryRunner runner;

  RecoveryResource(RecoveryMode mode, RecoveryRunner runner) {
    this.mode = mode;
    this.runner = runner;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  @Operation(
      summary = "Show whether the services are in recovery mode",
      description =
          "Recovery mode starts when a cluster has a higher generation than the control database."
              + " Until recovery has run, no pool entries are claimed, and nothing is dropped or"
              + " deleted.")
  public Status status() {
    return status(mode.state());
  }

  @GET
  @Path("/plan")
  @Operation(
      summary = "Compare the registry with the clusters",
      description = "Lists the actions of recovery without performing them.")
  public Items plan() {
    return items(runner.plan());
  }

  @POST
  @Path("/run")
  @Operation(
      summary = "Update the registry from the clusters, and end recovery mode",
      description =
          "Tenants that are missing in the registry are added with new credentials; nothing on a"
              + " cluster is dropped. Can be repeated. Recovery mode ends when all actions"
              + " succeeded on all clusters.")
  public Items run(@Context ContainerRequestContext asked) {
    RecoveryPlanner.Plan results = runner.run(tenants -> AdminAudit.concerns(asked, tenants));
    mode.forget();
    return items(results);
  }

  private Items items(RecoveryPlanner.Plan plan) {
    return new Items(plan.items(), plan.unchecked(), status());
  }

  @POST
  @Path("/installation")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Take over the installation of a lost control database",
      description =
          "Requires an empty registry. Clusters report the installation's id when they refuse this"
              + " installation. Recovery mode then starts automatically, because the clusters have"
              + " a higher generation.")
  @APIResponse(responseCode = "204", description = "The registry belongs to the installation")
  @Refuses(ErrorCode.REGISTRY_NOT_EMPTY)
  public void takeInstallation(Installation request) {
    runner.takeInstallation(request.installationId());
  }

  /** The request body of {@code POST …/installation}. */
  @RegisterForReflection
  record Installation(@NotNull(message = "is required") UUID installationId) {}

  private static Status status(RecoveryMode.State state) {
    return new Status(
        state.active(),
        Optional.ofNullable(state.since()),
        Optional.ofNullable(state.reason()),
        Optional.ofNullable(state.recoveredAt()));
  }

  /** The status of recovery mode. */
  @RegisterForReflection
  record Status(
      boolean active,
      Optional<Instant> since,
      Optional<String> reason,
      Optional<Instant> recoveredAt) {}

  /**
   * The differences, with the results of the actions.
   *
   * @param unchecked clusters that did not respond; recovery mode continues while there are any
   */
  @RegisterForReflection
  record Items(List<RecoveryItem> items, List<String> unchecked, Status status) {}
}
