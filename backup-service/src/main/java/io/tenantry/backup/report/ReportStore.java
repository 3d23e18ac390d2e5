package io.tenantry.backup.report;

import io.tenantry.backup.report.BackupReport.Backups;
import io.tenantry.backup.report.BackupReport.Distribution;
import io.tenantry.backup.report.BackupReport.Operations;
import io.tenantry.backup.report.BackupReport.Stored;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.http.DaysRequest.Days;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes reports from the records of backups, restores, drills and campaigns. */
@Singleton
final class ReportStore {

  private static final int MOST_CAMPAIGNS = 500;

  /** The columns {@code …_median}, {@code …_p95} and {@code …_max} of an expression. */
  private static final String DISTRIBUTION =
      """
      percentile_cont(0.5) WITHIN GROUP (ORDER BY %2$s) AS %1$s_median,
      percentile_cont(0.95) WITHIN GROUP (ORDER BY %2$s) AS %1$s_p95,
      max(%2$s)::double precision AS %1$s_max
      """;

  private static final String BACKUPS =
      """
      SELECT (date_trunc($3, requested_at, 'UTC') AT TIME ZONE 'UTC')::date AS start,
        count(*) FILTER (WHERE completed_at IS NOT NULL) AS succeeded, count(*) FILTER (WHERE status = 'failed') AS failed,
        coalesce(sum(bytes) FILTER (WHERE completed_at IS NOT NULL), 0) AS bytes,
        %s, %s
      FROM backup.backups
      WHERE requested_at >= $1
        AND requested_at < $2
      GROUP BY 1
      ORDER BY 1
      """
          .formatted(
              DISTRIBUTION.formatted(
                  "size", "CASE WHEN completed_at IS NOT NULL THEN bytes::double precision END"),
              DISTRIBUTION.formatted(
                  "duration",
                  "(extract(epoch FROM completed_at - started_at) * 1000)::double precision"));

  private static final String OPERATIONS =
      """
      SELECT (date_trunc($3, created_at, 'UTC') AT TIME ZONE 'UTC')::date AS start,
        count(*) FILTER (WHERE status = ANY ($4::text[])) AS succeeded, count(*) FILTER (WHERE status = 'failed') AS failed,
        %s
      FROM backup.%%s
      WHERE created_at >= $1
        AND created_at < $2
      GROUP BY 1
      ORDER BY 1
      """
          .formatted(DISTRIBUTION.formatted("recovery", "recovery_ms"));

  private static final String[] RESTORED = {"completed", "undone"};
  private static final String[] PASSED = {"passed"};

  private final Database database;

  ReportStore(Database database) {
    this.database = database;
  }

  BackupReport backups(Days days, String interval) {
    return new BackupReport(
        days.from(),
        days.to(),
        interval,
        stored(),
        database.list(ReportStore::backup, BACKUPS, days.start(), days.end(), interval),
        operations("restores", RESTORED, days, interval),
        operations("drills", PASSED, days, interval),
        failures(days));
  }

  private Stored stored() {
    return database.one(
        row ->
            new Stored(row.getLong("backups"), row.getBigDecimal("bytes"), row.getLong("tenants")),
        """
        SELECT count(*) AS backups, coalesce(sum(bytes), 0) AS bytes, count(DISTINCT tenant_id) AS tenants
        FROM backup.backups
        WHERE status = 'completed'
        """);
  }

  private static Backups backup(Row row) {
    long completed = row.getLong("succeeded");
    long failed = row.getLong("failed");
    return new Backups(
        row.getLocalDate("start"),
        completed,
        failed,
        rate(completed, failed),
        row.getBigDecimal("bytes"),
        distribution(row, "size"),
        distribution(row, "duration"));
  }

  private List<Operations> operations(
      String table, String[] successes, Days days, String interval) {
    return database.list(
        row ->
            new Operations(
                row.getLocalDate("start"),
                row.getLong("succeeded"),
                row.getLong("failed"),
                rate(row.getLong("succeeded"), row.getLong("failed")),
                distribution(row, "recovery")),
        OPERATIONS.formatted(table),
        days.start(),
        days.end(),
        interval,
        successes);
  }

  private Map<String, Long> failures(Days days) {
    Map<String, Long> failures = new LinkedHashMap<>();
    database
        .run(
            """
            SELECT coalesce(error_code, 'unknown') AS code, count(*) AS failures
            FROM (
              SELECT error_code FROM backup.backups WHERE status = 'failed' AND requested_at >= $1 AND requested_at < $2
              UNION ALL
              SELECT error_code FROM backup.restores WHERE status = 'failed' AND created_at >= $1 AND created_at < $2
              UNION ALL
              SELECT error_code FROM backup.drills WHERE status = 'failed' AND created_at >= $1 AND created_at < $2
            ) AS failed
            GROUP BY 1
            ORDER BY 2 DESC, 1
            """,
            days.start(),
            days.end())
        .forEach(row -> failures.put(row.getString("code"), row.getLong("failures")));
    return failures;
  }

  CampaignReport campaigns(Days days) {
    Map<String, Long> statuses = new LinkedHashMap<>();
    database
        .run(
            """
            SELECT status, count(*) AS campaigns
            FROM backup.campaigns
            WHERE created_at >= $1
              AND created_at < $2
            GROUP BY status
            ORDER BY status
            """,
            days.start(),
            days.end())
        .forEach(row -> statuses.put(row.getString("status"), row.getLong("campaigns")));
    List<CampaignReport.Item> items =
        database.list(
            ReportStore::campaign,
            """
            SELECT campaign.*, tenants.*
            FROM (
              SELECT campaign_id, blueprint, direction, target_version, status, current_at_start, created_at, finished_at, position
              FROM backup.campaigns
              WHERE created_at >= $1
                AND created_at < $2
              ORDER BY position DESC
              LIMIT $3
            ) AS campaign
            CROSS JOIN LATERAL (
              SELECT count(*) AS tenants, count(*) FILTER (WHERE migrations.status = 'completed') AS completed,
                count(*) FILTER (WHERE migrations.status = 'failed') AS failed
              FROM backup.migrations
              WHERE migrations.campaign_id = campaign.campaign_id
            ) AS tenants
            ORDER BY position DESC
            """,
            days.start(),
            days.end(),
            MOST_CAMPAIGNS);
    return new CampaignReport(days.from(), days.to(), statuses, items);
  }

  private static CampaignReport.Item campaign(Row row) {
    long completed = row.getLong("completed");
    long failed = row.getLong("failed");
    Instant createdAt = Columns.instant(row, "created_at");
    Optional<Instant> finishedAt = Columns.optionalInstant(row, "finished_at");
    return new CampaignReport.Item(
        row.getUUID("campaign_id"),
        row.getString("blueprint"),
        row.getString("direction"),
        row.getString("target_version"),
        row.getString("status"),
        row.getLong("current_at_start"),
        row.getLong("tenants"),
        completed,
        failed,
        rate(completed, failed),
        createdAt,
        finishedAt.orElse(null),
        finishedAt.map(end -> Duration.between(createdAt, end).toMillis()).orElse(null));
  }

  private static @Nullable Double rate(long succeeded, long failed) {
    return succeeded + failed == 0 ? null : (double) succeeded / (succeeded + failed);
  }

  private static @Nullable Distribution distribution(Row row, String name) {
    return row.getDouble(name + "_max") == null
        ? null
        : new Distribution(
            row.getDouble(name + "_median"),
            row.getDouble(name + "_p95"),
            row.getDouble(name + "_max"));
  }
}
