package io.tenantry.backup.tenant;

import io.tenantry.kernel.db.Sql;
import java.util.UUID;

/** Records tenants' blueprint versions in tenant-service's registry. */
public final class TenantVersions {

  private TenantVersions() {}

  /** Writes one version for each tenant; unknown tenants and versions are left out. */
  public static void record(Sql transaction, UUID[] tenantIds, String[] versions) {
    transaction.send("SELECT control_plane.record_blueprint_versions($1, $2)", tenantIds, versions);
  }
}
