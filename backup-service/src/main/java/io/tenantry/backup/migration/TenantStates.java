package io.tenantry.backup.migration;

import io.tenantry.backup.migration.TenantState.Status;
import io.tenantry.backup.migration.TenantState.Summary;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads tenants' migration status from the control database only, without connecting to tenants.
 */
@Singleton
final class TenantStates {

  private static final String STATES =
      """
      SELECT tenants.tenant_id, tenants.name, tenants.blueprint, tenants.blueprint_version, blueprints.version AS current_version,
        last.error_code, last.error_message, drift_reports.checked_at,
        CASE
          WHEN last.status = 'failed' THEN 'failed'
          WHEN drift_reports.drifted THEN 'drifted'
          WHEN tenants.blueprint_version <> blueprints.version THEN 'pending'
          ELSE 'up_to_date'
        END AS status
      FROM control_plane.tenants_v1 AS tenants
      JOIN control_plane.blueprints_v1 AS blueprints ON blueprints.name = tenants.blueprint AND is_current
      LEFT JOIN LATERAL (
        SELECT status, error_code, error_message
        FROM migrations
        WHERE migrations.tenant_id = tenants.tenant_id
          AND (to_version <> tenants.blueprint_version OR from_version = to_version)
          AND position = (SELECT max(position) FROM migrations AS newer WHERE newer.tenant_id = tenants.tenant_id)
      ) AS last ON last.status = 'failed'
      LEFT JOIN drift_reports
        ON drift_reports.tenant_id = tenants.tenant_id
        AND drift_reports.version = tenants.blueprint_version
      WHERE tenants.is_live
        AND ($1::text IS NULL OR tenants.blueprint = $1)
      """;

  static final String SUMMARY =
      """
      WITH exceptions AS (
        SELECT blueprint, current_version, status, blueprint_version, count(*) AS tenants
        FROM (
          %s
            AND tenants.tenant_id IN (
              SELECT tenant_id FROM migrations WHERE status = 'failed'
              UNION
              SELECT tenant_id FROM drift_reports WHERE drifted
            )
        ) AS states
        WHERE status IN ('failed', 'drifted')
        GROUP BY blueprint, current_version, status, blueprint_version
      ), by_version AS (
        SELECT blueprint, version AS current_version, blueprint_version, tenants
        FROM control_plane.tenant_counts_v1
        JOIN control_plane.blueprints_v1 ON name = blueprint AND is_current
        WHERE is_live
          AND tenants > 0
          AND ($1::text IS NULL OR blueprint = $1)
        UNION ALL
        SELECT blueprint, current_version, blueprint_version, -tenants
        FROM exceptions
      ), by_status AS (
        SELECT blueprint, current_version, tenants,
          CASE WHEN blueprint_version = current_version THEN 'up_to_date' ELSE 'pending' END AS status
        FROM by_version
        UNION ALL
        SELECT blueprint, current_version, tenants, status
        FROM exceptions
      )
      SELECT blueprint, current_version,
        coalesce(sum(tenants) FILTER (WHERE status = 'up_to_date'), 0)::bigint AS up_to_date,
        coalesce(sum(tenants) FILTER (WHERE status = 'pending'), 0)::bigint AS pending,
        coalesce(sum(tenants) FILTER (WHERE status = 'failed'), 0)::bigint AS failed,
        coalesce(sum(tenants) FILTER (WHERE status = 'drifted'), 0)::bigint AS drifted
      FROM by_status
      GROUP BY blueprint, current_version
      ORDER BY blueprint
      """
          .formatted(STATES);

  private final Database database;

  TenantStates(Database database) {
    this.database = database;
  }

  Page<TenantState> list(
      Optional<String> blueprint, Optional<Status> status, Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            TenantStates::state,
            """
            SELECT *
            FROM (
              %s
                AND ($3::uuid IS NULL OR tenants.tenant_id > $3)
            ) AS states
            WHERE ($2::text IS NULL OR status = $2)
            ORDER BY tenant_id
            LIMIT $4
            """
                .formatted(STATES),
            blueprint,
            status,
            after,
            limit + 1),
        limit,
        TenantState::tenantId);
  }

  /**
   * Counts tenants by their status. The registry counts tenants by version; only those whose
   * migration failed or that drifted are read, and counted as that instead.
   */
  List<Summary> summaries(Optional<String> blueprint) {
    return database.list(
        row ->
            new Summary(
                row.getString("blueprint"),
                row.getString("current_version"),
                row.getLong("up_to_date"),
                row.getLong("pending"),
                row.getLong("failed"),
                row.getLong("drifted")),
        SUMMARY,
        blueprint);
  }

  private static TenantState state(Row row) {
    return new TenantState(
        row.getUUID("tenant_id"),
        row.getString("name"),
        row.getString("blueprint"),
        row.getString("blueprint_version"),
        row.getString("current_version"),
        Status.of(row.getString("status")),
        Optional.ofNullable(row.getString("error_code"))
            .map(
                code ->
                    new Migration.Failure(ErrorCode.valueOf(code), row.getString("error_message"))),
        Columns.optionalInstant(row, "checked_at"));
  }
}
