package io.tenantry.tenant.usage;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToIntFunction;

/**
 * Completes hours and computes days. Every transaction requires the sampler's lease. The views of
 * the other services are missing while an older version of them runs; their values are then
 * unknown.
 */
@Singleton
final class RollUpStore {

  private static final String DAY =
      """
      INSERT INTO control_plane.usage_daily
        (tenant_id, day, hours_measured, storage_byte_hours, storage_bytes_max, tables_max, connections_peak, transactions,
         rows_in, rows_out, counter_restarts, events_captured, bytes_captured, events_delivered, bytes_delivered, backups,
         backup_bytes)
      SELECT tenant_id, $1::date, count(storage_bytes), coalesce(sum(storage_bytes), 0), max(storage_bytes), max(tables),
        max(connections_peak), sum(transactions)::bigint, sum(rows_in)::bigint, sum(rows_out)::bigint,
        sum(counter_restarts), sum(events_captured)::bigint, sum(bytes_captured)::bigint, sum(events_delivered)::bigint,
        sum(bytes_delivered)::bigint, sum(backups)::bigint, sum(backup_bytes)::bigint
      FROM control_plane.usage_hourly
      WHERE hour >= $2
        AND hour < $3
      GROUP BY tenant_id
      ON CONFLICT (tenant_id, day) DO UPDATE
      SET hours_measured = excluded.hours_measured, storage_byte_hours = excluded.storage_byte_hours,
        storage_bytes_max = excluded.storage_bytes_max, tables_max = excluded.tables_max,
        connections_peak = excluded.connections_peak, transactions = excluded.transactions, rows_in = excluded.rows_in,
        rows_out = excluded.rows_out, counter_restarts = excluded.counter_restarts,
        events_captured = excluded.events_captured, bytes_captured = excluded.bytes_captured,
        events_delivered = excluded.events_delivered, bytes_delivered = excluded.bytes_delivered,
        backups = excluded.backups, backup_bytes = excluded.backup_bytes
      """;

  private static final String TOTAL =
      """
      INSERT INTO control_plane.usage_totals
        (day, tenants, created, deleted, tenants_measured, storage_bytes, transactions, events_captured, bytes_captured,
         events_delivered, bytes_delivered, backups, backup_bytes)
      SELECT $1::date, tenants, created, deleted, measured.*
      FROM (
        SELECT count(*) FILTER (WHERE created_at < $3 AND (deleted_at IS NULL OR deleted_at >= $3)) AS tenants,
          count(*) FILTER (WHERE created_at >= $2 AND created_at < $3) AS created,
          count(*) FILTER (WHERE deleted_at >= $2 AND deleted_at < $3) AS deleted
        FROM control_plane.usage_tenants
      ) AS registry
      CROSS JOIN (
        SELECT count(*) FILTER (WHERE hours_measured > 0), round(sum(storage_byte_hours / nullif(hours_measured, 0))),
          sum(transactions), sum(events_captured), sum(bytes_captured), sum(events_delivered), sum(bytes_delivered),
          sum(backups), sum(backup_bytes)
        FROM control_plane.usage_daily
        WHERE day = $1::date
      ) AS measured
      ON CONFLICT (day) DO UPDATE
      SET tenants = excluded.tenants, created = excluded.created, deleted = excluded.deleted,
        tenants_measured = excluded.tenants_measured, storage_bytes = excluded.storage_bytes,
        transactions = excluded.transactions, events_captured = excluded.events_captured,
        bytes_captured = excluded.bytes_captured, events_delivered = excluded.events_delivered,
        bytes_delivered = excluded.bytes_delivered, backups = excluded.backups, backup_bytes = excluded.backup_bytes
      """;

  private final Database database;

  RollUpStore(Database database) {
    this.database = database;
  }

  /** The hours of a day that are over. */
  record Hours(Instant from, Instant to) {

    static Hours of(LocalDate day, Instant hourInProgress) {
      Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      return new Hours(
          day.atStartOfDay(ZoneOffset.UTC).toInstant(),
          end.isBefore(hourInProgress) ? end : hourInProgress);
    }
  }

  private int withLease(UUID replica, ToIntFunction<Sql> work) {
    return database.inTransaction(
        sql -> {
          SamplerStore.requireLease(sql, replica);
          return work.applyAsInt(sql);
        });
  }

  Optional<Instant> rolledUpTo() {
    return database.one(
        row -> Columns.optionalInstant(row, "rolled_up_to"),
        "SELECT rolled_up_to FROM control_plane.usage_sampler");
  }

  /** Requires the lease like every write, in one statement: it changes the row of the lease. */
  void setRolledUpTo(UUID replica, Instant hour) {
    if (!database.changedOne(
        """
        UPDATE control_plane.usage_sampler
        SET rolled_up_to = $2
        WHERE holder = $1
          AND lease_expires_at > clock_timestamp()
        """,
        replica,
        hour)) {
      throw new SamplerStore.LeaseLost();
    }
  }

  /** Copies the tenants that have, or have had, data of their own. */
  void copyTenants(UUID replica) {
    int unused =
        withLease(
            replica,
            sql ->
                sql.changed(
                    """
                    INSERT INTO control_plane.usage_tenants AS known
                      (tenant_id, name, external_id, environment, blueprint, region, created_at, deleted_at)
                    SELECT tenant_id, name, external_id, environment, blueprint, region, created_at, deleted_at
                    FROM control_plane.tenants
                    WHERE status IN ('active', 'suspended', 'deleting', 'deleted')
                    ON CONFLICT (tenant_id) DO UPDATE
                    SET name = excluded.name, external_id = excluded.external_id, environment = excluded.environment,
                      blueprint = excluded.blueprint, region = excluded.region, created_at = excluded.created_at,
                      deleted_at = excluded.deleted_at
                    WHERE (known.name, known.external_id, known.environment, known.blueprint, known.region, known.created_at, known.deleted_at)
                      IS DISTINCT FROM (excluded.name, excluded.external_id, excluded.environment, excluded.blueprint,
                        excluded.region, excluded.created_at, excluded.deleted_at)
                    """));
  }

  /** Sets what ingestion-service counted; an hour without a count had no events. */
  void addEvents(UUID replica, Hours hours) {
    int unused =
        withLease(
            replica,
            sql -> {
              if (!isReadable(sql, "ingestion", "usage_v1")) {
                return 0;
              }
              return sql.changed(
                      """
                      INSERT INTO control_plane.usage_hourly AS sample
                        (tenant_id, hour, events_captured, bytes_captured, events_delivered, bytes_delivered)
                      SELECT tenant_id, hour, events_captured, bytes_captured, events_delivered, bytes_delivered
                      FROM ingestion.usage_v1
                      WHERE hour >= $1
                        AND hour < $2
                      ON CONFLICT (tenant_id, hour) DO UPDATE
                      SET events_captured = excluded.events_captured, bytes_captured = excluded.bytes_captured,
                        events_delivered = excluded.events_delivered, bytes_delivered = excluded.bytes_delivered
                      WHERE (sample.events_captured, sample.bytes_captured, sample.events_delivered, sample.bytes_delivered)
                        IS DISTINCT FROM
                        (excluded.events_captured, excluded.bytes_captured, excluded.events_delivered, excluded.bytes_delivered)
                      """,
                      hours.from(),
                      hours.to())
                  + sql.changed(
                      """
                      UPDATE control_plane.usage_hourly
                      SET events_captured = 0, bytes_captured = 0, events_delivered = 0, bytes_delivered = 0
                      WHERE hour >= $1
                        AND hour < $2
                        AND events_captured IS NULL
                      """,
                      hours.from(),
                      hours.to());
            });
  }

  /** Sets what backup-service stored; an hour without a backup had none. */
  void addBackups(UUID replica, Hours hours) {
    int unused =
        withLease(
            replica,
            sql -> {
              if (!isReadable(sql, "backup", "completed_backups_v1")) {
                return 0;
              }
              return sql.changed(
                      """
                      INSERT INTO control_plane.usage_hourly AS sample (tenant_id, hour, backups, backup_bytes)
                      SELECT tenant_id, date_trunc('hour', completed_at, 'UTC'), count(*), coalesce(sum(bytes), 0)::bigint
                      FROM backup.completed_backups_v1
                      WHERE completed_at >= $1
                        AND completed_at < $2
                      GROUP BY 1, 2
                      ON CONFLICT (tenant_id, hour) DO UPDATE
                      SET backups = excluded.backups, backup_bytes = excluded.backup_bytes
                      WHERE (sample.backups, sample.backup_bytes) IS DISTINCT FROM (excluded.backups, excluded.backup_bytes)
                      """,
                      hours.from(),
                      hours.to())
                  + sql.changed(
                      """
                      UPDATE control_plane.usage_hourly
                      SET backups = 0, backup_bytes = 0
                      WHERE hour >= $1
                        AND hour < $2
                        AND backups IS NULL
                      """,
                      hours.from(),
                      hours.to());
            });
  }

  /** Queries the catalog, because a failed query would abort the transaction. */
  private static boolean isReadable(Sql sql, String schema, String view) {
    return sql.exists(
        """
        SELECT
        FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = $1
          AND relname = $2
          AND has_schema_privilege(pg_namespace.oid, 'USAGE')
          AND has_table_privilege(pg_class.oid, 'SELECT')
        """,
        schema,
        view);
  }

  /** Computes the days of all tenants, and their total, from the hours that are over. */
  void computeDay(UUID replica, LocalDate day, Instant hourInProgress) {
    Hours hours = Hours.of(day, hourInProgress);
    int unused =
        withLease(
            replica,
            sql -> {
              sql.run(DAY, day, hours.from(), hours.to());
              return sql.changed(TOTAL, day, hours.from(), hours.to());
            });
  }

  int removeHours(UUID replica, Instant before, int batch) {
    return withLease(
        replica,
        sql ->
            sql.changed(
                """
                DELETE FROM control_plane.usage_hourly
                WHERE (tenant_id, hour) IN (
                  SELECT tenant_id, hour
                  FROM control_plane.usage_hourly
                  WHERE hour < $1
                  LIMIT $2
                )
                """,
                before,
                batch));
  }

  int removeDays(UUID replica, LocalDate before, int batch) {
    return withLease(
        replica,
        sql -> {
          sql.run("DELETE FROM control_plane.usage_totals WHERE day < $1", before);
          return sql.changed(
              """
              DELETE FROM control_plane.usage_daily
              WHERE (tenant_id, day) IN (
                SELECT tenant_id, day
                FROM control_plane.usage_daily
                WHERE day < $1
                LIMIT $2
              )
              """,
              before,
              batch);
        });
  }

  int removeProvisioningHistory(UUID replica, Instant before, int batch) {
    return withLease(
        replica,
        sql ->
            sql.changed(
                """
                DELETE FROM control_plane.provisioning_history
                WHERE entry_id IN (
                  SELECT entry_id
                  FROM control_plane.provisioning_history
                  WHERE finished_at < $1
                  LIMIT $2
                )
                """,
                before,
                batch));
  }

  /** Removes tenants whose last day is removed, and counters that no tenant has any more. */
  void removeTenantsWithoutUsage(UUID replica, Instant deletedBefore) {
    int unused =
        withLease(
            replica,
            sql -> {
              sql.run(
                  """
                  DELETE FROM control_plane.usage_counters
                  WHERE NOT EXISTS (
                    SELECT
                    FROM control_plane.tenant_databases
                    WHERE tenant_databases.tenant_id = usage_counters.tenant_id
                  )
                  """);
              return sql.changed(
                  """
                  DELETE FROM control_plane.usage_tenants
                  WHERE deleted_at < $1
                    AND NOT EXISTS (
                      SELECT
                      FROM control_plane.tenants
                      WHERE tenants.tenant_id = usage_tenants.tenant_id
                    )
                  """,
                  deletedBefore);
            });
  }
}
