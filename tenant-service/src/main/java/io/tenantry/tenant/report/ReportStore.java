package io.tenantry.tenant.report;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.http.DaysRequest.Days;
import io.tenantry.tenant.report.ProvisioningReport.Durations;
import io.tenantry.tenant.report.ProvisioningReport.Entry;
import io.tenantry.tenant.report.ProvisioningReport.Step;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes reports from the history of provisioning and from the totals of usage. */
@Singleton
final class ReportStore {

  /** Durations of what succeeded, as {@code median}, {@code p95} and {@code max}. */
  private static final String DURATIONS =
      """
      percentile_cont(0.5) WITHIN GROUP (ORDER BY %1$s) AS median,
      percentile_cont(0.95) WITHIN GROUP (ORDER BY %1$s) AS p95,
      max(%1$s)::double precision AS max
      """;

  private static final String ENTRY =
      "count(*) FILTER (WHERE succeeded) AS succeeded, count(*) FILTER (WHERE NOT succeeded) AS failed,"
          + " count(*) FILTER (WHERE succeeded AND from_pool) AS from_pool, "
          + DURATIONS.formatted("CASE WHEN succeeded THEN duration_ms END");

  private static final String FILTER =
      """
      FROM control_plane.provisioning_history
      WHERE finished_at >= $1
        AND finished_at < $2
        AND ($3::text IS NULL OR blueprint = $3)
        AND ($4::text IS NULL OR region = $4)
      """;

  private final Database database;

  ReportStore(Database database) {
    this.database = database;
  }

  /** What a report of provisioning is about; null means all. */
  record Filter(Days days, String interval, @Nullable String blueprint, @Nullable String region) {

    private @Nullable Object[] parameters(Object... more) {
      @Nullable Object[] all = new @Nullable Object[4 + more.length];
      all[0] = days.start();
      all[1] = days.end();
      all[2] = blueprint;
      all[3] = region;
      System.arraycopy(more, 0, all, 4, more.length);
      return all;
    }
  }

  ProvisioningReport provisioning(Filter filter) {
    List<Entry> items =
        database.list(
            row ->
                entry(
                    row,
                    row.getLocalDate("start"),
                    row.getString("blueprint"),
                    row.getString("region")),
            "SELECT (date_trunc($5, finished_at, 'UTC') AT TIME ZONE 'UTC')::date AS start, blueprint, region, "
                + ENTRY
                + FILTER
                + "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            filter.parameters(filter.interval()));
    Entry total =
        database.one(
            row -> entry(row, null, null, null), "SELECT " + ENTRY + FILTER, filter.parameters());
    return new ProvisioningReport(
        filter.days().from(),
        filter.days().to(),
        filter.interval(),
        total,
        items,
        steps(filter),
        failures(filter));
  }

  private List<Step> steps(Filter filter) {
    return database.list(
        row ->
            new Step(
                row.getString("step"),
                row.getLong("completed"),
                row.getLong("failed"),
                durations(row)),
        """
        WITH chosen AS (
          SELECT *
          %s
        ), done AS (
          SELECT step, ordinality AS position, ms, false AS failed
          FROM chosen
          CROSS JOIN LATERAL unnest(steps, step_durations_ms) WITH ORDINALITY AS each (step, ms, ordinality)
          UNION ALL
          SELECT failed_step, cardinality(steps) + 1, NULL, true
          FROM chosen
          WHERE failed_step IS NOT NULL
        )
        SELECT step, count(*) FILTER (WHERE NOT failed) AS completed, count(*) FILTER (WHERE failed) AS failed, %s
        FROM done
        GROUP BY step
        ORDER BY avg(position), step
        """
            .formatted(FILTER, DURATIONS.formatted("ms")),
        filter.parameters());
  }

  private Map<String, Long> failures(Filter filter) {
    Map<String, Long> failures = new LinkedHashMap<>();
    database
        .run(
            "SELECT coalesce(code, 'unknown') AS code, count(*) AS failures "
                + FILTER
                + "AND NOT succeeded GROUP BY 1 ORDER BY 2 DESC, 1",
            filter.parameters())
        .forEach(row -> failures.put(row.getString("code"), row.getLong("failures")));
    return failures;
  }

  private static Entry entry(
      Row row, @Nullable LocalDate start, @Nullable String blueprint, @Nullable String region) {
    long succeeded = row.getLong("succeeded");
    long failed = row.getLong("failed");
    return new Entry(
        start,
        blueprint,
        region,
        succeeded,
        failed,
        succeeded + failed == 0 ? null : (double) succeeded / (succeeded + failed),
        row.getLong("from_pool"),
        durations(row));
  }

  private static @Nullable Durations durations(Row row) {
    return row.getDouble("max") == null
        ? null
        : new Durations(row.getDouble("median"), row.getDouble("p95"), row.getDouble("max"));
  }

  GrowthReport growth(Days days) {
    return new GrowthReport(
        days.from(),
        days.to(),
        database.list(
            row ->
                new GrowthReport.Day(
                    row.getLocalDate("day"),
                    row.getLong("tenants"),
                    row.getLong("created"),
                    row.getLong("deleted"),
                    row.getLong("tenants_measured"),
                    row.getBigDecimal("storage_bytes"),
                    row.getBigDecimal("transactions"),
                    row.getBigDecimal("events_captured"),
                    row.getBigDecimal("bytes_captured"),
                    row.getBigDecimal("events_delivered"),
                    row.getBigDecimal("bytes_delivered"),
                    row.getBigDecimal("backups"),
                    row.getBigDecimal("backup_bytes")),
            """
            SELECT *
            FROM control_plane.usage_totals
            WHERE day >= $1
              AND day < $2
            ORDER BY day
            """,
            days.from(),
            days.to()));
  }
}
