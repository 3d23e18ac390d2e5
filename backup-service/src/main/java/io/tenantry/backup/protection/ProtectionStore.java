package io.tenantry.backup.protection;

import io.tenantry.backup.protection.TenantProtection.FailedBackup;
import io.tenantry.backup.protection.TenantProtection.GoodBackup;
import io.tenantry.backup.protection.TenantProtection.LatestDrill;
import io.tenantry.backup.protection.TenantProtection.Status;
import io.tenantry.backup.protection.TenantProtection.Summary;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Reads tenants' newest good backups and drills from the control database. */
@Singleton
final class ProtectionStore {

  private static final String PROTECTIONS =
      """
      SELECT tenants.tenant_id, tenants.name, tenants.blueprint, task.execution_time,
        good.backup_id, good.kind, good.completed_at, good.started_at, good.bytes, good.verified_at,
        failed.backup_id AS failed_id, failed.error_code, failed.requested_at,
        drill.drill_id, drill.status = 'passed' AS passed, drill.recovery_ms, drill.completed_at AS drilled_at,
        CASE
          WHEN good.backup_id IS NULL THEN 'no_backup'
          WHEN failed.backup_id IS NOT NULL THEN 'backup_failed'
          WHEN drill.status = 'failed' THEN 'drill_failed'
          WHEN drill.status IS NULL THEN 'not_drilled'
          ELSE 'good'
        END AS status
      FROM control_plane.tenants_v1 AS tenants
      LEFT JOIN backup.schedules AS schedule ON schedule.tenant_id = tenants.tenant_id AND schedule.enabled
      LEFT JOIN backup.scheduled_tasks AS task
        ON task.task_name = 'scheduled_backup' AND task.task_instance = schedule.tenant_id::text
      LEFT JOIN LATERAL (
        SELECT *
        FROM backup.backups
        WHERE backups.tenant_id = tenants.tenant_id
          AND status = 'completed'
          AND verification IS DISTINCT FROM 'damaged'
        ORDER BY position DESC
        LIMIT 1
      ) AS good ON true
      LEFT JOIN LATERAL (
        SELECT *
        FROM backup.backups
        WHERE backups.tenant_id = tenants.tenant_id
          AND status = 'failed'
          AND position > coalesce(good.position, 0)
        ORDER BY position DESC
        LIMIT 1
      ) AS failed ON true
      LEFT JOIN LATERAL (
        SELECT *
        FROM backup.drills
        WHERE drills.tenant_id = tenants.tenant_id
          AND status IN ('passed', 'failed')
          AND completed_at IS NOT NULL
        ORDER BY position DESC
        LIMIT 1
      ) AS drill ON true
      WHERE tenants.is_live
      """;

  private final Database database;

  ProtectionStore(Database database) {
    this.database = database;
  }

  /** Returns a page of tenants, oldest first; those whose name contains a text, in any case. */
  Page<TenantProtection> list(
      Optional<Status> status, Optional<String> name, Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            ProtectionStore::protection,
            """
            SELECT *
            FROM (
              %s
                AND ($2::text IS NULL OR strpos(lower(tenants.name), lower($2)) > 0)
                AND ($3::uuid IS NULL OR tenants.tenant_id > $3)
            ) AS protections
            WHERE ($1::text IS NULL OR status = $1)
            ORDER BY tenant_id
            LIMIT $4
            """
                .formatted(PROTECTIONS),
            status,
            name,
            after,
            limit + 1),
        limit,
        TenantProtection::tenantId);
  }

  Summary summary() {
    return database
        .first(
            row ->
                new Summary(
                    row.getLong("no_backup"),
                    row.getLong("backup_failed"),
                    row.getLong("drill_failed"),
                    row.getLong("not_drilled"),
                    row.getLong("good"),
                    Optional.ofNullable(row.getLong("slowest_recovery_ms")),
                    Columns.optionalInstant(row, "oldest_backup_at")),
            """
            SELECT
              count(*) FILTER (WHERE status = 'no_backup') AS no_backup,
              count(*) FILTER (WHERE status = 'backup_failed') AS backup_failed,
              count(*) FILTER (WHERE status = 'drill_failed') AS drill_failed,
              count(*) FILTER (WHERE status = 'not_drilled') AS not_drilled,
              count(*) FILTER (WHERE status = 'good') AS good,
              max(recovery_ms) AS slowest_recovery_ms,
              min(completed_at) AS oldest_backup_at
            FROM (%s) AS protections
            """
                .formatted(PROTECTIONS))
        .orElseThrow();
  }

  private static TenantProtection protection(Row row) {
    return new TenantProtection(
        row.getUUID("tenant_id"),
        row.getString("name"),
        row.getString("blueprint"),
        Status.of(row.getString("status")),
        Optional.ofNullable(row.getUUID("backup_id")).map(id -> backup(id, row)),
        Optional.ofNullable(row.getUUID("failed_id"))
            .map(
                id ->
                    new FailedBackup(
                        id,
                        Optional.ofNullable(row.getString("error_code")).map(ErrorCode::valueOf),
                        Columns.instant(row, "requested_at"))),
        Optional.ofNullable(row.getUUID("drill_id"))
            .map(
                id ->
                    new LatestDrill(
                        id,
                        row.getBoolean("passed"),
                        Optional.ofNullable(row.getLong("recovery_ms")),
                        Columns.instant(row, "drilled_at"))),
        Columns.optionalInstant(row, "execution_time"));
  }

  private static GoodBackup backup(UUID id, Row row) {
    Instant completed = Columns.instant(row, "completed_at");
    return new GoodBackup(
        id,
        row.getString("kind"),
        completed,
        Columns.optionalInstant(row, "started_at")
            .map(started -> Duration.between(started, completed).toMillis()),
        row.getLong("bytes"),
        Columns.optionalInstant(row, "verified_at"));
  }
}
