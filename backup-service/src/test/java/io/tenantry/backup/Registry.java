package io.tenantry.backup;

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
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.tenants (
          tenant_id, name, environment, status, blueprint, blueprint_version, region, deleted_at)
        VALUES (?, ?, 'production', ?, 'car', '1', 'us-east-1',
          CASE WHEN ? = 'deleted' THEN now() END)
        """,
        tenant,
        "t-" + tenant,
        status,
        status);
    return tenant;
  }

  /** Gives a tenant another status. */
  public static void setStatus(UUID tenant, String status) {
    ControlDatabase.execute(
        """
        UPDATE control_plane.tenants
        SET status = ?, deleted_at = CASE WHEN ? = 'deleted' THEN now() END
        WHERE tenant_id = ?
        """,
        status,
        status,
        tenant);
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
