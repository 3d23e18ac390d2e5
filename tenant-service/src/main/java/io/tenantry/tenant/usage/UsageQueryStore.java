package io.tenantry.tenant.usage;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.http.DaysRequest.Days;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads samples for the REST API. */
@Singleton
final class UsageQueryStore {

  private final Database database;

  UsageQueryStore(Database database) {
    this.database = database;
  }

  /** A tenant's name, and when it was created and deleted. */
  record Subject(String name, Instant createdAt, Optional<Instant> deletedAt) {}

  /** The tenant, from the registry or, if it was purged there, from the samples. */
  Optional<Subject> subject(UUID tenantId) {
    return database.first(
        row ->
            new Subject(
                row.getString("name"),
                Columns.instant(row, "created_at"),
                Columns.optionalInstant(row, "deleted_at")),
        """
        SELECT name, created_at, deleted_at
        FROM control_plane.tenants
        WHERE tenant_id = $1
        UNION ALL
        SELECT name, created_at, deleted_at
        FROM control_plane.usage_tenants
        WHERE tenant_id = $1
        LIMIT 1
        """,
        tenantId);
  }

  List<UsageSample> hours(UUID tenantId, UsagePeriods.Times period) {
    return database.list(
        UsageQueryStore::hour,
        """
        SELECT *
        FROM control_plane.usage_hourly
        WHERE tenant_id = $1
          AND hour >= $2
          AND hour < $3
        ORDER BY hour
        """,
        tenantId,
        period.from(),
        period.to());
  }

  private static UsageSample hour(Row row) {
    return new UsageSample(
        Columns.instant(row, "hour"),
        row.getLong("storage_bytes"),
        null,
        row.getLong("storage_bytes") == null ? 0 : 1,
        row.getLong("tables"),
        row.getInteger("connections_peak"),
        row.getLong("transactions"),
        row.getLong("rows_in"),
        row.getLong("rows_out"),
        Columns.optionalInstant(row, "counters_from").orElse(null),
        Columns.optionalInstant(row, "counters_to").orElse(null),
        row.getInteger("counter_restarts"),
        row.getLong("events_captured"),
        row.getLong("bytes_captured"),
        row.getLong("events_delivered"),
        row.getLong("bytes_delivered"),
        row.getLong("backups"),
        row.getLong("backup_bytes"));
  }

  List<UsageSample> days(UUID tenantId, UsagePeriods.Times period) {
    return database.list(
        UsageQueryStore::day,
        """
        SELECT *, (storage_byte_hours / nullif(hours_measured, 0))::bigint AS storage_bytes
        FROM control_plane.usage_daily
        WHERE tenant_id = $1
          AND day >= $2
          AND day < $3
        ORDER BY day
        """,
        tenantId,
        period.from().atOffset(ZoneOffset.UTC).toLocalDate(),
        period.to().atOffset(ZoneOffset.UTC).toLocalDate());
  }

  private static UsageSample day(Row row) {
    return new UsageSample(
        row.getLocalDate("day").atStartOfDay(ZoneOffset.UTC).toInstant(),
        row.getLong("storage_bytes"),
        row.getLong("storage_bytes_max"),
        row.getInteger("hours_measured"),
        row.getLong("tables_max"),
        row.getInteger("connections_peak"),
        row.getLong("transactions"),
        row.getLong("rows_in"),
        row.getLong("rows_out"),
        null,
        null,
        row.getInteger("counter_restarts"),
        row.getLong("events_captured"),
        row.getLong("bytes_captured"),
        row.getLong("events_delivered"),
        row.getLong("bytes_delivered"),
        row.getLong("backups"),
        row.getLong("backup_bytes"));
  }

  /** The starts of the periods in which a series measured storage. */
  static Set<Instant> measured(List<UsageSample> samples) {
    return samples.stream()
        .filter(sample -> sample.hoursMeasured() > 0)
        .map(UsageSample::start)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The tenants with the highest usage. */
  UsageRanking ranking(UsageMeasure by, Days period, int top) {
    String values =
        """
        SELECT tenant_id, %s AS value
        FROM control_plane.usage_daily
        WHERE day >= $1
          AND day < $2
        GROUP BY tenant_id
        """
            .formatted(by.sql());
    List<UsageRanking.Item> items =
        database.list(
            row ->
                new UsageRanking.Item(
                    row.getUUID("tenant_id"),
                    row.getString("name"),
                    row.getString("environment"),
                    row.getString("blueprint"),
                    row.getString("region"),
                    row.getLong("value")),
            """
            SELECT tenant_id, name, environment, blueprint, region, value
            FROM (%s) AS ranked
            JOIN control_plane.usage_tenants USING (tenant_id)
            WHERE value IS NOT NULL
            ORDER BY value DESC, tenant_id
            LIMIT $3
            """
                .formatted(values),
            period.from(),
            period.to(),
            top);
    return database.one(
        row ->
            new UsageRanking(
                by,
                period.from(),
                period.to(),
                row.getLong("tenants"),
                row.getLong("total"),
                items),
        "SELECT count(value) AS tenants, coalesce(sum(value), 0)::bigint AS total FROM (%s) AS ranked"
            .formatted(values),
        period.from(),
        period.to());
  }
}
