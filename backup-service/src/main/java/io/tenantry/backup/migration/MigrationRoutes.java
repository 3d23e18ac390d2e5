package io.tenantry.backup.migration;

import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;

/** Determines the route of a migration request: blueprint, versions and direction. */
@Singleton
final class MigrationRoutes {

  private final BlueprintVersions versions;
  private final Planner planner;

  MigrationRoutes(BlueprintVersions versions, Planner planner) {
    this.versions = versions;
    this.planner = planner;
  }

  /** The route of a request; throws if no plan exists for it from the version in the registry. */
  Route possible(TenantEntry tenant, MigrationRequest request) {
    return planner.plan(of(tenant, request)).route();
  }

  /** The route of a request, without checking that a plan exists. */
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
