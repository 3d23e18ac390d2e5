package io.tenantry.tenant.audit;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.QueryConditions;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the audit log, and deletes rows past their retention. */
@Singleton
final class AuditStore {

  private static final String COLUMNS =
      """
      position, occurred_at, service, actor, action, tenant_id, source, outcome, code,
        details::text AS details, coalesce(tenant_ids, array_remove(ARRAY[tenant_id], NULL)) AS tenant_ids
      """;

  private static final String SELECT_UNPUBLISHED =
      """
      SELECT event_id, %s
      FROM control_plane.audit_stream
      JOIN control_plane.audit_log USING (position)
      ORDER BY position
      LIMIT $1
      """
          .formatted(COLUMNS);

  private final Database database;

  AuditStore(Database database) {
    this.database = database;
  }

  /** A page of the log, newest first. */
  Page<AuditRecord> list(AuditFilter filter, @Nullable Long before, int limit) {
    QueryConditions conditions =
        new QueryConditions()
            .and("(tenant_id = $%1$d OR tenant_ids @> ARRAY[$%1$d]::uuid[])", filter.tenantId())
            .and("actor = $%d", filter.actor())
            .and("action = $%d", filter.action())
            .and("outcome = $%d", filter.outcome())
            .and("occurred_at >= $%d", filter.from())
            .and("occurred_at < $%d", filter.to())
            .and("position < $%d", before);
    return Page.of(
        database.list(
            AuditStore::read,
            """
            SELECT %s
            FROM control_plane.audit_log
            WHERE true
            %s
            ORDER BY position DESC
            LIMIT %s
            """
                .formatted(COLUMNS, conditions, conditions.bind(limit + 1)),
            conditions.values().toArray()),
        limit,
        AuditRecord::position);
  }

  /**
   * An entry that Kafka has not acknowledged.
   *
   * @param eventId the same in every delivery
   */
  record Unpublished(UUID eventId, AuditRecord entry) {}

  /** The oldest of these entries, for the one replica that publishes. */
  List<Unpublished> unpublished(Sql transaction, int limit) {
    return transaction.list(
        row -> new Unpublished(row.getUUID("event_id"), read(row)), SELECT_UNPUBLISHED, limit);
  }

  /** Records that Kafka has acknowledged entries. */
  void published(Sql transaction, Long[] positions) {
    transaction.run(
        "DELETE FROM control_plane.audit_stream WHERE position = ANY($1)", (Object) positions);
  }

  /** Forgets which entries are not published. */
  void dropUnpublished() {
    database.run("DELETE FROM control_plane.audit_stream");
  }

  /** The age of the oldest entry that is not published; zero if there is none. */
  Duration streamDelay() {
    return database
        .list(
            row ->
                Duration.between(Columns.instant(row, "occurred_at"), Columns.instant(row, "now")),
            """
            SELECT occurred_at, now() AS now
            FROM control_plane.audit_stream
            JOIN control_plane.audit_log USING (position)
            ORDER BY position
            LIMIT 1
            """)
        .stream()
        .findFirst()
        .orElse(Duration.ZERO);
  }

  /** Deletes up to {@code most} of the oldest rows that are older than a time; returns how many. */
  int expire(Instant before, int most) {
    int deleted =
        database.one(
            row -> row.getInteger("deleted"),
            "SELECT control_plane.expire_audit_log($1, $2) AS deleted",
            before,
            most);
    if (deleted > 0) {
      // Kafka was unavailable for the whole retention: these entries are gone.
      database.run(
          """
          DELETE FROM control_plane.audit_stream
          WHERE position < (SELECT min(position) FROM control_plane.audit_log)
          """);
    }
    return deleted;
  }

  private static AuditRecord read(Row row) {
    return new AuditRecord(
        row.getLong("position"),
        Columns.instant(row, "occurred_at"),
        row.getString("service"),
        row.getString("actor"),
        row.getString("action"),
        Optional.ofNullable(row.getUUID("tenant_id")),
        List.of(row.getArrayOfUUIDs("tenant_ids")),
        Optional.ofNullable(row.getString("source")),
        row.getString("outcome"),
        Optional.ofNullable(row.getString("code")),
        row.getString("details"));
  }
}
