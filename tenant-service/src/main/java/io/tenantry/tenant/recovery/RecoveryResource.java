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

/** Recovery after the control database was restored from a backup or lost, over HTTP. */
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
      summary = "Whether the services are in recovery mode",
      description =
          "They are when a cluster has seen a higher generation than the control database has: then"
              + " nothing is claimed, dropped or deleted until recovery has run.")
  public Status status() {
    return status(mode.state());
  }

  @GET
  @Path("/plan")
  @Operation(
      summary = "Compare the registry with the clusters",
      description = "Lists what recovery would do, and changes nothing.")
  public Items plan() {
    return items(runner.plan());
  }

  @POST
  @Path("/run")
  @Operation(
      summary = "Make the registry fit the clusters, and end recovery mode",
      description =
          "Tenants that the registry does not know are adopted with new credentials; nothing on a"
              + " cluster is dropped. It may be repeated, and recovery mode lasts until all of it"
              + " succeeded on every cluster.")
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
      summary = "Make an empty registry that of an installation whose control database is lost",
      description =
          "The id is the one that a cluster names when it refuses this installation. Recovery mode"
              + " follows by itself, since the clusters have seen a higher generation.")
  @APIResponse(responseCode = "204", description = "It is that installation's now")
  @Refuses(ErrorCode.REGISTRY_NOT_EMPTY)
  public void takeInstallation(Installation request) {
    runner.takeInstallation(request.installationId());
  }

  /** The body of POST …/installation. */
  @RegisterForReflection
  record Installation(@NotNull(message = "is missing") UUID installationId) {}

  private static Status status(RecoveryMode.State state) {
    return new Status(
        state.active(),
        Optional.ofNullable(state.since()),
        Optional.ofNullable(state.reason()),
        Optional.ofNullable(state.recoveredAt()));
  }

  /** How it stands. */
  @RegisterForReflection
  record Status(
      boolean active,
      Optional<Instant> since,
      Optional<String> reason,
      Optional<Instant> recoveredAt) {}

  /**
   * What differs, and what came of it.
   *
   * @param unchecked clusters that did not answer; while there are any, recovery mode lasts
   */
  @RegisterForReflection
  record Items(List<RecoveryItem> items, List<String> unchecked, Status status) {}
}
