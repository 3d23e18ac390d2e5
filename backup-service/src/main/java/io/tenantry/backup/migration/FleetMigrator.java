package io.tenantry.backup.migration;

import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Migrates many tenants by the same few plans. */
@Singleton
public final class FleetMigrator {

  private final BlueprintVersions versions;
  private final GoldenTemplates templates;
  private final Planner planner;
  private final TenantMigrator migrator;
  private final TenantPlaces places;

  FleetMigrator(
      BlueprintVersions versions,
      GoldenTemplates templates,
      Planner planner,
      TenantMigrator migrator,
      TenantPlaces places) {
    this.versions = versions;
    this.templates = templates;
    this.planner = planner;
    this.migrator = migrator;
    this.places = places;
  }

  /** The version that new tenants are made from. */
  public String current(String blueprint) {
    return versions.current(blueprint);
  }

  /** Whether new tenants are made from this version. */
  public boolean isCurrent(String blueprint, String version) {
    return current(blueprint).equals(version);
  }

  /**
   * What would be done to a tenant at this version.
   *
   * @throws TenantryException with what it would be refused with
   */
  public MigrationPlan plan(String blueprint, String from, String to, Direction direction) {
    return MigrationPlan.of(planner.plan(new Route(blueprint, from, to, direction)));
  }

  /**
   * Goes on only where Flyway has run the version's migrations.
   *
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}, {@code GOLDEN_TEMPLATE_MISSING}
   */
  public void requireTemplate(String blueprint, String version) {
    templates.get(versions.get(blueprint, version));
  }

  /** Begins to migrate tenants of a blueprint; plans and clusters are looked up once. */
  public Trip begin(String blueprint, Direction direction, Limits limits) {
    return new Trip(blueprint, direction, limits);
  }

  /** One campaign's way through the fleet. */
  public final class Trip {

    private final String blueprint;
    private final Direction direction;
    private final Limits limits;
    private final Map<Route, Plan> plans = new ConcurrentHashMap<>();
    private final Map<String, ClusterAccess> clusters = new ConcurrentHashMap<>();

    private Trip(String blueprint, Direction direction, Limits limits) {
      this.blueprint = blueprint;
      this.direction = direction;
      this.limits = limits;
    }

    /** Makes one attempt at a tenant, which is the caller's by its lease. */
    public Outcome migrate(TenantLocation tenant, String from, String to) {
      Plan plan;
      try {
        plan = plans.computeIfAbsent(new Route(blueprint, from, to, direction), planner::plan);
      } catch (TenantryException e) {
        return Outcome.of(e);
      }
      return migrator.migrate(
          tenant, clusters.computeIfAbsent(tenant.cluster(), places::admin), plan, limits);
    }
  }
}
