package io.tenantry.backup.migration;

import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Migrates many tenants with shared plans. */
@Singleton
public final class FleetMigrator {

  private final BlueprintVersions versions;
  private final GoldenTemplates templates;
  private final Planner planner;
  private final TenantMigrator migrator;
  private final TenantLookup lookup;

  FleetMigrator(
      BlueprintVersions versions,
      GoldenTemplates templates,
      Planner planner,
      TenantMigrator migrator,
      TenantLookup lookup) {
    this.versions = versions;
    this.templates = templates;
    this.planner = planner;
    this.migrator = migrator;
    this.lookup = lookup;
  }

  /** Returns the version that new tenants get. */
  public String current(String blueprint) {
    return versions.current(blueprint);
  }

  /** Whether new tenants get this version. */
  public boolean isCurrent(String blueprint, String version) {
    return current(blueprint).equals(version);
  }

  /**
   * Plans a migration between two versions.
   *
   * @throws TenantryException the error that the migration would fail with
   */
  public MigrationPlan plan(String blueprint, String from, String to, Direction direction) {
    return MigrationPlan.of(planner.plan(new Route(blueprint, from, to, direction)));
  }

  /**
   * Checks that the version has a golden template, so that Flyway has run its migrations.
   *
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}, {@code GOLDEN_TEMPLATE_MISSING}
   */
  public void requireTemplate(String blueprint, String version) {
    templates.get(versions.get(blueprint, version));
  }

  /** Starts a run over tenants of a blueprint, which looks up plans and clusters once. */
  public Run start(String blueprint, Direction direction, MigrationTimeouts timeouts) {
    return new Run(blueprint, direction, timeouts);
  }

  /** One campaign's migrations, with shared plans and cluster access. */
  public final class Run {

    private final String blueprint;
    private final Direction direction;
    private final MigrationTimeouts timeouts;
    private final Map<Route, Plan> plans = new ConcurrentHashMap<>();
    private final Map<String, ClusterAccess> clusters = new ConcurrentHashMap<>();

    private Run(String blueprint, Direction direction, MigrationTimeouts timeouts) {
      this.blueprint = blueprint;
      this.direction = direction;
      this.timeouts = timeouts;
    }

    /** Makes one attempt to migrate a tenant whose lease the caller holds. */
    public MigrationResult migrate(TenantLocation tenant, String from, String to) {
      Plan plan;
      try {
        plan = plans.computeIfAbsent(new Route(blueprint, from, to, direction), planner::plan);
      } catch (TenantryException e) {
        return MigrationResult.of(e);
      }
      return migrator.migrate(
          tenant,
          clusters.computeIfAbsent(tenant.cluster(), lookup::clusterAccess),
          plan,
          timeouts);
    }
  }
}
