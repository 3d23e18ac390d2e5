package io.tenantry.backup.restore;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.job.Job;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores the records of restores. */
@Singleton
final class RestoreRecords {

  private final Database database;

  RestoreRecords(Database database) {
    this.database = database;
  }

  /** A restore that is requested now. */
  record Requested(
      UUID restoreId,
      UUID tenantId,
      UUID backupId,
      UUID sourceId,
      UUID jobId,
      Optional<String> idempotencyKey) {}

  void add(Sql transaction, Requested restore) {
    transaction.send(
        """
        INSERT INTO restores
          (restore_id, tenant_id, backup_id, source_tenant_id, status, job_id, idempotency_key)
        VALUES ($1, $2, $3, $4, 'pending', $5, $6)
        """,
        restore.restoreId(),
        restore.tenantId(),
        restore.backupId(),
        restore.sourceId(),
        restore.jobId(),
        restore.idempotencyKey());
  }

  /**
   * Returns a restore.
   *
   * @throws TenantryException {@code RESTORE_NOT_FOUND}
   */
  Restore get(UUID restoreId) {
    return database
        .first(RestoreRecords::restore, "SELECT * FROM restores WHERE restore_id = $1", restoreId)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.RESTORE_NOT_FOUND, "There is no restore " + restoreId + "."));
  }

  /** Those of these restores that have not ended. */
  List<UUID> unfinished(UUID[] ids) {
    return database.list(
        row -> row.getUUID(0),
        "SELECT restore_id FROM restores WHERE restore_id = ANY ($1) AND status IN ('pending', 'running')",
        (Object) ids);
  }

  Page<Restore> list(Optional<UUID> tenantId, Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            RestoreRecords::restore,
            """
            SELECT *
            FROM restores
            WHERE ($1::uuid IS NULL OR tenant_id = $1)
              AND ($2::uuid IS NULL OR position < (SELECT position FROM restores WHERE restore_id = $2))
            ORDER BY position DESC
            LIMIT $3
            """,
            tenantId,
            after,
            limit + 1),
        limit,
        Restore::id);
  }

  /** Whether the tenant's data was replaced again after this restore. */
  boolean isSuperseded(Restore restore) {
    return database.exists(
        """
        SELECT 1
        FROM restores
        WHERE tenant_id = $1
          AND status = 'completed'
          AND completed_at > $2
        """,
        restore.tenantId(),
        restore.completedAt().orElseThrow());
  }

  /** Returns the restores of a tenant whose replaced data still exists. */
  List<Restore> withFormer(Sql transaction, UUID tenantId) {
    return transaction.list(
        RestoreRecords::restore,
        """
        SELECT *
        FROM restores
        WHERE tenant_id = $1
          AND former_name IS NOT NULL
          AND former_dropped_at IS NULL
        """,
        tenantId);
  }

  void start(UUID restoreId) {
    database.run("UPDATE restores SET status = 'running' WHERE restore_id = $1", restoreId);
  }

  /**
   * The result of a completed restore.
   *
   * @param former the replaced data; empty if the tenant had none
   * @param formerVersion the blueprint version of the replaced data
   */
  record Completion(
      Optional<Restore.Former> former,
      Optional<Long> rows,
      Optional<Duration> downtime,
      Optional<Duration> recovery,
      String formerVersion) {}

  void complete(Sql transaction, UUID restoreId, Completion end, Instant now) {
    transaction.run(
        """
        UPDATE restores
        SET status = 'completed', error_code = NULL, error_message = NULL, cluster = $2, database_name = $3, schema_name = $4,
          former_name = $5, former_expires_at = $6, row_count = $7, downtime_ms = $8, recovery_ms = $9,
          completed_at = $10, former_version = $11
        WHERE restore_id = $1
        """,
        restoreId,
        end.former().map(Restore.Former::cluster),
        end.former().map(Restore.Former::database),
        end.former().flatMap(Restore.Former::schema),
        end.former().map(Restore.Former::name),
        end.former().map(Restore.Former::expiresAt),
        end.rows(),
        end.downtime().map(Duration::toMillis),
        end.recovery().map(Duration::toMillis),
        now,
        end.formerVersion());
  }

  boolean fail(Sql transaction, UUID restoreId, Job.Failure failure) {
    return transaction.changedOne(
        """
        UPDATE restores
        SET status = 'failed', error_code = $2, error_message = $3
        WHERE restore_id = $1
          AND status IN ('pending', 'running')
        """,
        restoreId,
        failure.code().name(),
        failure.message());
  }

  void setJob(Sql transaction, UUID restoreId, UUID jobId) {
    transaction.send("UPDATE restores SET job_id = $2 WHERE restore_id = $1", restoreId, jobId);
  }

  /** Records an undo, and the blueprint version that the tenant has again. */
  void undo(UUID restoreId, Restore.Former undone, Instant now) {
    database.run(
        """
        WITH undone AS (
          UPDATE restores
          SET status = 'undone', database_name = $2, schema_name = $3, former_name = $4, former_expires_at = $5,
            undone_at = $6
          WHERE restore_id = $1
          RETURNING tenant_id, former_version
        )
        SELECT control_plane.record_blueprint_versions(ARRAY[tenant_id], ARRAY[former_version])
        FROM undone
        WHERE former_version IS NOT NULL
        """,
        restoreId,
        undone.database(),
        undone.schema(),
        undone.name(),
        undone.expiresAt(),
        now);
  }

  /** Records that this database or schema, which was kept for an undo, was dropped. */
  void dropFormer(UUID restoreId, Restore.Former dropped, Instant now) {
    database.run(
        "UPDATE restores SET former_dropped_at = $3 WHERE restore_id = $1 AND former_name = $2",
        restoreId,
        dropped.name(),
        now);
  }

  private static Restore restore(Row row) {
    return new Restore(
        row.getUUID("restore_id"),
        row.getUUID("tenant_id"),
        row.getUUID("backup_id"),
        row.getUUID("source_tenant_id"),
        Restore.Status.of(row.getString("status")),
        row.getUUID("job_id"),
        Optional.ofNullable(row.getString("error_code")).map(ErrorCode::valueOf),
        Optional.ofNullable(row.getString("error_message")),
        Optional.ofNullable(row.getString("former_name"))
            .map(
                name ->
                    new Restore.Former(
                        row.getString("cluster"),
                        row.getString("database_name"),
                        Optional.ofNullable(row.getString("schema_name")),
                        Columns.instant(row, "former_expires_at"),
                        Columns.optionalInstant(row, "former_dropped_at"))),
        Optional.ofNullable(row.getLong("row_count")),
        Optional.ofNullable(row.getLong("downtime_ms")),
        Optional.ofNullable(row.getLong("recovery_ms")),
        Columns.instant(row, "created_at"),
        Columns.optionalInstant(row, "completed_at"),
        Columns.optionalInstant(row, "undone_at"),
        Optional.ofNullable(row.getString("idempotency_key")));
  }
}
