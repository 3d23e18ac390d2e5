package io.tenantry.backup.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** Stores the records of drills. */
@Singleton
final class DrillRecords {

  private final Database database;
  private final ObjectMapper mapper;

  DrillRecords(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  void add(Sql transaction, UUID drillId, UUID tenantId, UUID backupId, UUID jobId) {
    transaction.send(
        """
        INSERT INTO drills (drill_id, tenant_id, backup_id, status, job_id)
        VALUES ($1, $2, $3, 'pending', $4)
        """,
        drillId,
        tenantId,
        backupId,
        jobId);
  }

  Drill get(UUID drillId) {
    return database
        .first(this::drill, "SELECT * FROM drills WHERE drill_id = $1", drillId)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.DRILL_NOT_FOUND, "There is no drill " + drillId + "."));
  }

  Page<Drill> list(Optional<UUID> tenantId, Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            this::drill,
            """
            SELECT *
            FROM drills
            WHERE ($1::uuid IS NULL OR tenant_id = $1)
              AND ($2::uuid IS NULL OR position < (SELECT position FROM drills WHERE drill_id = $2))
            ORDER BY position DESC
            LIMIT $3
            """,
            tenantId,
            after,
            limit + 1),
        limit,
        Drill::id);
  }

  /** A backup to drill next. */
  record Candidate(UUID tenantId, UUID backupId) {}

  /** Returns each tenant's newest good backup, starting with tenants whose last drill is oldest. */
  List<Candidate> longestUndrilled(Sql transaction, int limit) {
    return transaction.list(
        row -> new Candidate(row.getUUID(0), row.getUUID(1)),
        """
        SELECT b.tenant_id, b.backup_id
        FROM (
          SELECT DISTINCT ON (tenant_id) tenant_id, backup_id
          FROM backups
          WHERE status = 'completed' AND verification IS DISTINCT FROM 'damaged'
          ORDER BY tenant_id, completed_at DESC
        ) b
        LEFT JOIN (
          SELECT tenant_id, max(created_at) AS last
          FROM drills
          GROUP BY tenant_id
        ) d USING (tenant_id)
        ORDER BY d.last NULLS FIRST, b.tenant_id
        LIMIT $1
        """,
        limit);
  }

  void start(UUID drillId) {
    database.run("UPDATE drills SET status = 'running' WHERE drill_id = $1", drillId);
  }

  /**
   * Records what a drill found, in the caller's transaction.
   *
   * @return false if an earlier attempt, which was interrupted afterwards, had found something
   */
  boolean recordEvidence(
      Sql transaction, UUID drillId, Drill.Evidence evidence, Duration recovery, Instant now) {
    boolean first =
        transaction.exists(
            "SELECT FROM drills WHERE drill_id = $1 AND completed_at IS NULL FOR UPDATE", drillId);
    transaction.send(
        """
        UPDATE drills
        SET status = $2, evidence = $3, recovery_ms = $4, completed_at = $5, error_code = $6
        WHERE drill_id = $1
        """,
        drillId,
        evidence.equal() ? "passed" : "failed",
        write(evidence),
        recovery.toMillis(),
        now,
        evidence.equal() ? null : ErrorCode.RESTORE_MISMATCH.name());
    return first;
  }

  /**
   * Records why a drill failed permanently; one with different row counts is already recorded as
   * failed.
   *
   * @return false if this was recorded before
   */
  boolean fail(Sql transaction, UUID drillId, Job.Failure failure, Instant now) {
    return transaction.changedOne(
        """
        UPDATE drills
        SET status = 'failed', error_code = $2, error_message = $3, completed_at = coalesce(completed_at, $4)
        WHERE drill_id = $1
          AND status <> 'passed'
          AND error_message IS NULL
        """,
        drillId,
        failure.code().name(),
        failure.message(),
        now);
  }

  private Drill drill(Row row) {
    return new Drill(
        row.getUUID("drill_id"),
        row.getUUID("tenant_id"),
        row.getUUID("backup_id"),
        Drill.Status.of(row.getString("status")),
        row.getUUID("job_id"),
        Optional.ofNullable(row.getString("error_code")).map(ErrorCode::valueOf),
        Optional.ofNullable(row.getString("error_message")),
        Optional.ofNullable(row.getLong("recovery_ms")),
        Optional.ofNullable(row.getString("evidence")).map(this::evidence),
        Columns.instant(row, "created_at"),
        Columns.optionalInstant(row, "completed_at"));
  }

  private Drill.Evidence evidence(String json) {
    try {
      return mapper.readValue(json, Drill.Evidence.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored drill cannot be read", e);
    }
  }

  private String write(Drill.Evidence evidence) {
    try {
      return mapper.writeValueAsString(evidence);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
