package io.tenantry.backup.migration;

import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;

/** Finds the ways that requests name. */
@Singleton
final class Routes {

  private final BlueprintVersions versions;
  private final Planner planner;

  Routes(BlueprintVersions versions, Planner planner) {
    this.versions = versions;
    this.planner = planner;
  }

  /** The way that a request names, if there is one for a tenant that is what the registry says. */
  Route possible(TenantEntry tenant, MigrationRequest request) {
    return planner.plan(of(tenant, request)).route();
  }

  /** The way that a request names, be there one or not. */
  Route of(TenantEntry tenant, MigrationRequest request) {
    Direction direction = request.direction().orElse(Direction.FORWARD);
    if (direction == Direction.ROLLBACK && request.targetVersion().isEmpty()) {
      throw new InvalidRequest("target_version", "is required for a rollback");
    }
    return new Route(
        tenant.blueprint(),
        tenant.blueprintVersion(),
        request.targetVersion().orElseGet(() -> versions.current(tenant.blueprint())),
        direction);
  }
}
