package io.tenantry.backup.postgres;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.util.List;

/** Checks, before a restore, what would differ from the backup. */
@Singleton
public final class RestoreCheck {

  private final Clusters clusters;

  RestoreCheck(Clusters clusters) {
    this.clusters = clusters;
  }

  /**
   * The result of a check.
   *
   * @param sessions the number of the tenant's current sessions
   * @param missingRoles roles of the backup that the server lacks
   * @param refusedSettings settings that the admin may not set
   */
  public record Finding(long sessions, List<String> missingRoles, List<String> refusedSettings) {}

  /** Checks the server that a backup would be restored to. */
  public Finding run(ClusterAccess access, TenantLocation target, Manifest manifest) {
    try (Session admin = clusters.admin(access)) {
      long sessions =
          admin
              .first(
                  row -> row.getLong(0),
                  "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = $1 AND usename"
                      + " IN ($2, $3)",
                  target.database(),
                  target.role(),
                  target.secondRole())
              .orElseThrow();
      return new Finding(
          sessions,
          TenantRoles.missing(admin, manifest.roles()),
          target.schema().isPresent() ? List.of() : refusedSettings(admin, target, manifest));
    }
  }

  private static List<String> refusedSettings(
      Session admin, TenantLocation target, Manifest manifest) {
    boolean present = FoundDatabase.find(admin, target.database()).isPresent();
    return DatabaseSettings.refused(
            admin,
            present
                ? DatabaseSettings.of(admin, target.database())
                : manifest.settingsFor(target.role()))
        .stream()
        .map(Manifest.Setting::name)
        .distinct()
        .toList();
  }
}
