package io.tenantry.backup.schedule;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores the schedules, each with the row by which db-scheduler fires it. */
@Singleton
public final class ScheduleStore {

  /** The nil UUID, which no tenant has. */
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  /** Higher than any job's, because firing is quick. */
  private static final short PRIORITY = 1000;

  private static final String SELECT =
      """
      SELECT s.*, t.execution_time
      FROM backup.schedules s
      LEFT JOIN backup.scheduled_tasks t
        ON t.task_name = 'scheduled_backup' AND t.task_instance = s.tenant_id::text
      """;

  private final Database database;
  private final ScheduleConfig config;
  private final Clock clock;

  ScheduleStore(Database database, ScheduleConfig config, Clock clock) {
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /** Adds a tenant's schedule; an existing one is not changed. */
  boolean add(Sql transaction, UUID tenantId, String cron, int retentionDays) {
    boolean added =
        transaction.changedOne(
            """
            INSERT INTO backup.schedules (tenant_id, cron, retention_days)
            VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id) DO NOTHING
            """,
            tenantId,
            cron,
            retentionDays);
    if (added) {
      plan(transaction, tenantId, cron);
    }
    return added;
  }

  /** Creates or changes a tenant's schedule. */
  void put(Sql transaction, UUID tenantId, ScheduleChange change) {
    transaction.run(
        """
        INSERT INTO backup.schedules (
          tenant_id, cron, retention_days, keep_daily, keep_weekly, keep_monthly, enabled)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (tenant_id) DO UPDATE
        SET cron = excluded.cron, retention_days = excluded.retention_days, keep_daily = excluded.keep_daily,
          keep_weekly = excluded.keep_weekly, keep_monthly = excluded.keep_monthly, enabled = excluded.enabled,
          updated_at = now()
        """,
        tenantId,
        change.cron(),
        change.retentionDays(),
        change.keep().map(Schedule.Keep::daily),
        change.keep().map(Schedule.Keep::weekly),
        change.keep().map(Schedule.Keep::monthly),
        change.enabled().orElse(true));
    plan(transaction, tenantId, change.cron());
  }

  /** Sets when a schedule fires next. One that is firing now sets that itself afterwards. */
  private void plan(Sql transaction, UUID tenantId, String cron) {
    nextDue(tenantId, cron)
        .ifPresent(
            due ->
                transaction.send(
                    """
                    INSERT INTO backup.scheduled_tasks AS task (
                      task_name, task_instance, execution_time, picked, version, priority)
                    VALUES ($1, $2, $3, false, 1, $4)
                    ON CONFLICT (task_name, task_instance) DO UPDATE
                    SET execution_time = excluded.execution_time
                    WHERE NOT task.picked
                    """,
                    ScheduledBackups.TASK,
                    tenantId.toString(),
                    due,
                    PRIORITY));
  }

  /** Returns when the next backup of a schedule is due. */
  Optional<Instant> nextDue(UUID tenantId, String cron) {
    return Crons.nextDue(cron, tenantId, config.spread(), clock.instant());
  }

  /** Adds the missing db-scheduler rows of older schedules, a batch at a time; returns how many. */
  int planMissing() {
    return database.inTransaction(
        sql -> {
          List<Schedule> unplanned =
              sql.list(
                  ScheduleStore::schedule,
                  SELECT + "WHERE t.task_name IS NULL ORDER BY s.tenant_id LIMIT 500");
          unplanned.forEach(schedule -> plan(sql, schedule.tenantId(), schedule.cron()));
          return unplanned.size();
        });
  }

  /** Removes a tenant's schedule, if it has one; its retention rule is kept. */
  boolean remove(Sql transaction, UUID tenantId) {
    transaction.send(
        """
        INSERT INTO backup.retention_rules (tenant_id, retention_days, keep_daily, keep_weekly, keep_monthly)
        SELECT tenant_id, retention_days, keep_daily, keep_weekly, keep_monthly
        FROM backup.schedules
        WHERE tenant_id = $1
        ON CONFLICT (tenant_id) DO UPDATE
        SET retention_days = excluded.retention_days, keep_daily = excluded.keep_daily,
          keep_weekly = excluded.keep_weekly, keep_monthly = excluded.keep_monthly, frozen_at = now()
        """,
        tenantId);
    transaction.send(
        "DELETE FROM backup.scheduled_tasks WHERE task_name = $1 AND task_instance = $2 AND NOT picked",
        ScheduledBackups.TASK,
        tenantId.toString());
    return transaction.changedOne(
        """
        DELETE FROM backup.schedules
        WHERE tenant_id = $1
        """,
        tenantId);
  }

  Optional<Schedule> find(UUID tenantId) {
    return find(database, tenantId);
  }

  /**
   * The retention rule of a tenant.
   *
   * @param keep the grandfather-father-son rule, which replaces {@code retentionDays}
   */
  public record Rule(int retentionDays, Optional<Schedule.Keep> keep) {}

  /**
   * Returns the retention rule of a tenant's schedule, or of the one it had when it was deleted.
   */
  public Optional<Rule> rule(UUID tenantId) {
    return database.first(
        row -> new Rule(row.getInteger("retention_days"), keep(row)),
        """
        SELECT retention_days, keep_daily, keep_weekly, keep_monthly
        FROM (
          SELECT 1 AS turn, retention_days, keep_daily, keep_weekly, keep_monthly
          FROM backup.schedules
          WHERE tenant_id = $1
          UNION ALL
          SELECT 2, retention_days, keep_daily, keep_weekly, keep_monthly
          FROM backup.retention_rules
          WHERE tenant_id = $1
        ) AS rules
        ORDER BY turn
        LIMIT 1
        """,
        tenantId);
  }

  private static Optional<Schedule.Keep> keep(Row row) {
    return Optional.ofNullable(row.getInteger("keep_daily"))
        .map(
            daily ->
                new Schedule.Keep(
                    daily, row.getInteger("keep_weekly"), row.getInteger("keep_monthly")));
  }

  Optional<Schedule> find(Sql sql, UUID tenantId) {
    return sql.first(ScheduleStore::schedule, SELECT + "WHERE s.tenant_id = $1", tenantId);
  }

  /** Returns a page of schedules, by tenant id: oldest tenants first. */
  Page<Schedule> list(Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            ScheduleStore::schedule,
            SELECT
                + """
                  WHERE s.tenant_id > $1
                  ORDER BY s.tenant_id
                  LIMIT $2
                  """,
            after.orElse(BEFORE_ALL),
            limit + 1),
        limit,
        Schedule::tenantId);
  }

  private static Schedule schedule(Row row) {
    boolean enabled = row.getBoolean("enabled");
    return new Schedule(
        row.getUUID("tenant_id"),
        row.getString("cron"),
        row.getInteger("retention_days"),
        keep(row),
        enabled,
        Optional.ofNullable(row.getOffsetDateTime("execution_time"))
            .filter(due -> enabled)
            .map(OffsetDateTime::toInstant),
        Columns.instant(row, "created_at"),
        Columns.instant(row, "updated_at"));
  }
}
