package io.tenantry.backup;

import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.TestBlueprint;
import java.util.UUID;

/** Tenants in the registry, as tenant-service records them, without data of their own. */
public final class Registry {

  private Registry() {}

  /** Adds an active tenant; returns its id. */
  public static UUID addTenant() {
    return addTenant("active");
  }

  /** Adds a tenant with this status; returns its id. */
  public static UUID addTenant(String status) {
    ControlPlane.prepare();
    UUID tenant = UUID.randomUUID();
    ControlPlane.addTenant(tenant, status, "car", "1");
    return tenant;
  }

  /** Has a tenant be one of this blueprint's current version, which has this backup policy. */
  public static void setPolicy(
      UUID tenant, TestBlueprint blueprint, String schedule, int retentionDays) {
    ControlDatabase.execute(
        """
        UPDATE control_plane.blueprints
        SET backup_schedule = ?, backup_retention_days = ?
        WHERE name = ? AND version = ?
        """,
        schedule,
        retentionDays,
        blueprint.name(),
        blueprint.version());
    ControlDatabase.execute(
        "UPDATE control_plane.tenants SET blueprint = ?, blueprint_version = ? WHERE tenant_id = ?",
        blueprint.name(),
        blueprint.version(),
        tenant);
  }

  /** Removes a tenant's row, as a purge does, or a control database that knows nothing of it. */
  public static void remove(UUID tenant) {
    ControlDatabase.execute("DELETE FROM control_plane.tenants WHERE tenant_id = ?", tenant);
  }
}
