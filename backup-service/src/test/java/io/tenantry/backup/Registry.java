package io.tenantry.backup;

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
    ControlPlane.setBackupPolicy(blueprint, schedule, retentionDays);
    ControlPlane.setBlueprint(tenant, blueprint);
  }

  /** Removes a tenant's row, as a purge does, or a control database that knows nothing of it. */
  public static void remove(UUID tenant) {
    ControlPlane.removeTenant(tenant);
  }
}
