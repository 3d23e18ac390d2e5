package io.tenantry.tenant.usage;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.http.DaysRequest.Days;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sums the days of a month for each tenant, page by page. */
@Singleton
final class UsageExportStore {

  private final Database database;

  UsageExportStore(Database database) {
    this.database = database;
  }

  /**
   * The next tenants that existed in the month, by id.
   *
   * @param after the last tenant of the page before
   * @param now the hour in progress is not expected yet
   */
  List<MonthlyUsage> page(String month, Days days, Optional<UUID> after, int size, Instant now) {
    return database.list(
        row -> read(month, row),
        """
        SELECT tenant.*, greatest(0, extract(epoch FROM date_trunc('hour', least($4, $5, coalesce(deleted_at, $5)), 'UTC')
            - date_trunc('hour', greatest(created_at, $3), 'UTC')) / 3600)::bigint AS hours,
          coalesce(hours_measured, 0) AS hours_measured, coalesce(storage_byte_hours, 0) AS storage_byte_hours,
          (storage_byte_hours / nullif(hours_measured, 0))::bigint AS storage_bytes_average, storage_bytes_max, tables_max,
          connections_peak, transactions, rows_in, rows_out, counter_restarts, events_captured, bytes_captured,
          events_delivered, bytes_delivered, backups, backup_bytes
        FROM (
          SELECT *
          FROM control_plane.usage_tenants
          WHERE ($6::uuid IS NULL OR tenant_id > $6)
            AND created_at < $4
            AND (deleted_at IS NULL OR deleted_at > $3)
          ORDER BY tenant_id
          LIMIT $7
        ) AS tenant
        CROSS JOIN LATERAL (
          SELECT sum(hours_measured)::bigint AS hours_measured, sum(storage_byte_hours) AS storage_byte_hours,
            max(storage_bytes_max) AS storage_bytes_max, max(tables_max) AS tables_max,
            max(connections_peak) AS connections_peak, sum(transactions)::bigint AS transactions,
            sum(rows_in)::bigint AS rows_in, sum(rows_out)::bigint AS rows_out,
            sum(counter_restarts)::bigint AS counter_restarts, sum(events_captured)::bigint AS events_captured,
            sum(bytes_captured)::bigint AS bytes_captured, sum(events_delivered)::bigint AS events_delivered,
            sum(bytes_delivered)::bigint AS bytes_delivered, sum(backups)::bigint AS backups,
            sum(backup_bytes)::bigint AS backup_bytes
          FROM control_plane.usage_daily
          WHERE usage_daily.tenant_id = tenant.tenant_id
            AND day >= $1
            AND day < $2
        ) AS month
        ORDER BY tenant_id
        """,
        days.from(),
        days.to(),
        days.start(),
        days.end(),
        now,
        after,
        size);
  }

  private static MonthlyUsage read(String month, Row row) {
    long hours = row.getLong("hours");
    long measured = row.getLong("hours_measured");
    return new MonthlyUsage(
        month,
        row.getUUID("tenant_id"),
        row.getString("name"),
        row.getString("external_id"),
        row.getString("environment"),
        row.getString("blueprint"),
        row.getString("region"),
        Columns.instant(row, "created_at"),
        Columns.optionalInstant(row, "deleted_at").orElse(null),
        hours,
        measured,
        Math.max(0, hours - measured),
        row.getBigDecimal("storage_byte_hours").toBigInteger(),
        row.getLong("storage_bytes_average"),
        row.getLong("storage_bytes_max"),
        row.getLong("tables_max"),
        row.getInteger("connections_peak"),
        row.getLong("transactions"),
        row.getLong("rows_in"),
        row.getLong("rows_out"),
        row.getLong("counter_restarts"),
        row.getLong("events_captured"),
        row.getLong("bytes_captured"),
        row.getLong("events_delivered"),
        row.getLong("bytes_delivered"),
        row.getLong("backups"),
        row.getLong("backup_bytes"));
  }
}
