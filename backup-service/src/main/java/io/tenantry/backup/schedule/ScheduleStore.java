package io.tenantry.backup.schedule;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.page.Page;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Keeps the schedules. */
@Singleton
final class ScheduleStore {

  /** The nil UUID, which no tenant has. */
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private final Database database;

  ScheduleStore(Database database) {
    this.database = database;
  }

  /** Adds a tenant's schedule; one that it has already stays as it is. */
  boolean add(Sql transaction, UUID tenantId, String cron, int retentionDays) {
    return transaction
            .run(
                """
                INSERT INTO backup.schedules (tenant_id, cron, retention_days)
                VALUES ($1, $2, $3)
                ON CONFLICT (tenant_id) DO NOTHING
                """,
                tenantId,
                cron,
                retentionDays)
            .rowCount()
        == 1;
  }

  /** Removes a tenant's schedule, if it has one. */
  boolean remove(Sql transaction, UUID tenantId) {
    return transaction
            .run(
                """
                DELETE FROM backup.schedules
                WHERE tenant_id = $1
                """,
                tenantId)
            .rowCount()
        == 1;
  }

  Optional<Schedule> find(UUID tenantId) {
    return schedules(
            database.run(
                """
                SELECT tenant_id, cron, retention_days, enabled, created_at, updated_at
                FROM backup.schedules
                WHERE tenant_id = $1
                """,
                tenantId))
        .stream()
        .findFirst();
  }

  /** A page of schedules, by tenant id: oldest tenants first. */
  Page<Schedule> list(Optional<UUID> after, int limit) {
    return Page.of(
        schedules(
            database.run(
                """
                SELECT tenant_id, cron, retention_days, enabled, created_at, updated_at
                FROM backup.schedules
                WHERE tenant_id > $1
                ORDER BY tenant_id
                LIMIT $2
                """,
                after.orElse(BEFORE_ALL),
                limit + 1)),
        limit,
        Schedule::tenantId);
  }

  private static List<Schedule> schedules(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(ScheduleStore::schedule).toList();
  }

  private static Schedule schedule(Row row) {
    return new Schedule(
        row.getUUID("tenant_id"),
        row.getString("cron"),
        row.getInteger("retention_days"),
        row.getBoolean("enabled"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }
}
