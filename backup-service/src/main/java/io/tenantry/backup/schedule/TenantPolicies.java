package io.tenantry.backup.schedule;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.TenantEvent.BackupPolicy;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The backup policies of tenants' blueprints, as the registry records them. */
@Singleton
final class TenantPolicies {

  /** The schedule of a tenant whose blueprint has no usable policy: daily at 02:00. */
  static final String DEFAULT_CRON = "0 0 2 * * ?";

  private final Clock clock;

  TenantPolicies(Clock clock) {
    this.clock = clock;
  }

  /** Whether tenant-service provides policies; earlier versions do not. */
  boolean areProvided(Sql sql) {
    return sql.exists("SELECT WHERE to_regclass('control_plane.backup_policies_v1') IS NOT NULL");
  }

  /** Returns the policy of a tenant's blueprint; empty if the registry has none that is usable. */
  Optional<BackupPolicy> find(Sql sql, UUID tenantId) {
    if (!areProvided(sql)) {
      return Optional.empty();
    }
    for (Row row :
        sql.run(
            """
            SELECT schedule, retention_days
            FROM control_plane.backup_policies_v1
            WHERE tenant_id = $1
            """,
            tenantId)) {
      return usable(row.getString("schedule"), row.getInteger("retention_days"));
    }
    return Optional.empty();
  }

  /** Returns the policy, if its schedule fires and its retention is at least a day. */
  Optional<BackupPolicy> usable(@Nullable String schedule, @Nullable Integer retentionDays) {
    return schedule != null
            && retentionDays != null
            && retentionDays >= 1
            && Crons.fires(schedule, clock.instant())
        ? Optional.of(new BackupPolicy(schedule, retentionDays))
        : Optional.empty();
  }
}
