package io.tenantry.backup.campaign;

import io.tenantry.backup.migration.Migration;
import io.tenantry.backup.migration.MigrationRecords;
import io.tenantry.backup.migration.MigrationResult;
import io.tenantry.backup.migration.TenantMigrator;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.tenant.TenantLocation;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores the attempts to migrate a campaign's tenants, in rows of {@code migrations}. */
@Singleton
final class CampaignAttemptStore {

  private final Database database;
  private final MigrationRecords records;

  CampaignAttemptStore(Database database, MigrationRecords records) {
    this.database = database;
    this.records = records;
  }

  /** Resets rows that a crashed job left as running. */
  void reclaim(UUID id, Instant now) {
    database.run(
        """
        UPDATE migrations
        SET status = 'waiting', next_attempt_at = $2
        WHERE campaign_id = $1
          AND status = 'running'
        """,
        id,
        now);
  }

  /**
   * Continues tenants whose backup completed and fails those whose backup failed; returns how many
   * changed.
   */
  int continueAfterBackups(UUID id, Instant now) {
    return database.inTransaction(
        sql -> {
          RowSet<Row> changed =
              sql.run(
                  """
                  UPDATE migrations
                  SET status = CASE jobs.status WHEN 'completed' THEN 'pending' ELSE 'failed' END,
                    error_code = CASE jobs.status WHEN 'completed' THEN NULL ELSE 'BACKUP_FAILED' END,
                    error_message = CASE jobs.status WHEN 'completed' THEN NULL ELSE 'The backup before the migration is ' || jobs.status || '.' END,
                    finished_at = CASE jobs.status WHEN 'completed' THEN NULL ELSE $2::timestamptz END
                  FROM jobs
                  WHERE campaign_id = $1
                    AND migrations.status = 'backing_up'
                    AND jobs.job_id = backup_job_id
                    AND jobs.status IN ('completed', 'failed', 'cancelled')
                  RETURNING migrations.*
                  """,
                  id,
                  now);
          records.appendEvents(sql, changed);
          return changed.rowCount();
        });
  }

  /** A tenant whose attempt is due, with its current registry entry. */
  record Due(ClaimedTenant claimed, boolean hasData, boolean needsBackup) {}

  /** Returns and locks tenants of the started waves whose attempt is due, in order. */
  List<Due> due(Sql sql, UUID id, int atMost, Instant now) {
    return sql.list(
        CampaignAttemptStore::due,
        """
        SELECT migration_id, migrations.tenant_id, from_version, to_version, attempts, name,
          cluster, database_name, schema_name, role_name,
          coalesce(tenants.is_live AND database_name IS NOT NULL, false) AS has_data,
          backup_first AND backup_job_id IS NULL AS needs_backup
        FROM migrations
        LEFT JOIN control_plane.tenants_v1 AS tenants USING (tenant_id)
        LEFT JOIN control_plane.tenant_databases_v1 USING (tenant_id)
        WHERE campaign_id = $1
          AND wave <= (SELECT wave FROM campaigns WHERE campaign_id = $1 AND status = 'running')
          AND (migrations.status = 'pending' OR migrations.status = 'waiting' AND next_attempt_at <= $3)
        ORDER BY wave, position
        LIMIT $2
        FOR UPDATE OF migrations
        """,
        id,
        atMost,
        now);
  }

  private static Due due(Row row) {
    return new Due(
        new ClaimedTenant(
            row.getUUID("migration_id"),
            TenantLocation.of(row),
            row.getString("name"),
            row.getString("from_version"),
            row.getString("to_version"),
            row.getInteger("attempts")),
        row.getBoolean("has_data"),
        row.getBoolean("needs_backup"));
  }

  void skip(Sql transaction, ClaimedTenant claimed, Instant now) {
    MigrationResult.Skipped skipped = TenantMigrator.skipped(claimed.tenant().tenantId());
    transaction.send(
        """
        UPDATE migrations
        SET status = 'skipped', error_code = $2, error_message = $3, next_attempt_at = NULL, finished_at = $4
        WHERE migration_id = $1
        """,
        claimed.migrationId(),
        skipped.code().name(),
        skipped.message(),
        now);
  }

  void backUp(Sql transaction, ClaimedTenant claimed, UUID backupJobId) {
    transaction.send(
        """
        UPDATE migrations
        SET status = 'backing_up', backup_job_id = $2, next_attempt_at = NULL
        WHERE migration_id = $1
        """,
        claimed.migrationId(),
        backupJobId);
  }

  void start(Sql transaction, Collection<ClaimedTenant> claimed, UUID jobId, Instant now) {
    transaction.send(
        """
        UPDATE migrations
        SET status = 'running', attempts = attempts + 1, job_id = $2, next_attempt_at = NULL,
          started_at = coalesce(started_at, $3)
        WHERE migration_id = ANY ($1)
        """,
        ids(claimed),
        jobId,
        now);
  }

  /** Defers tenants whose lease another operation holds. */
  void defer(Sql transaction, Collection<ClaimedTenant> busy, Instant next) {
    transaction.send(
        """
        UPDATE migrations
        SET status = 'waiting', error_code = $2, error_message = $3, next_attempt_at = $4
        WHERE migration_id = ANY ($1)
        """,
        ids(busy),
        ErrorCode.TENANT_BUSY.name(),
        ErrorCode.TENANT_BUSY.title() + ".",
        next);
  }

  private static UUID[] ids(Collection<ClaimedTenant> claimed) {
    return claimed.stream().map(ClaimedTenant::migrationId).toArray(UUID[]::new);
  }

  /**
   * A finished attempt.
   *
   * @param next when the next attempt may start; empty if there is none
   */
  record Attempt(
      ClaimedTenant claimed,
      MigrationResult result,
      Migration.Status status,
      Optional<Instant> next) {

    @Nullable String code() {
      return MigrationRecords.error(result).map(error -> error.code().name()).orElse(null);
    }

    @Nullable String message() {
      return MigrationRecords.error(result).map(Migration.Failure::message).orElse(null);
    }
  }

  /** Records the results of a job's attempts, and publishes an event for each final one. */
  void recordResults(Sql transaction, List<Attempt> finished, UUID jobId, Instant now) {
    RowSet<Row> changed =
        transaction.run(
            """
            UPDATE migrations
            SET status = finished.status, scripts = migrations.scripts || string_to_array(finished.scripts, E'\\n'),
              error_code = finished.code, error_message = finished.message, next_attempt_at = finished.next_attempt_at,
              finished_at = CASE WHEN finished.next_attempt_at IS NULL THEN $8::timestamptz END
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
              AS finished (migration_id, status, scripts, code, message, next_attempt_at)
            WHERE migrations.migration_id = finished.migration_id
              AND migrations.status = 'running'
              AND migrations.job_id = $7
            RETURNING migrations.*
            """,
            ids(finished.stream().map(Attempt::claimed).toList()),
            finished.stream().map(one -> one.status().toString()).toArray(String[]::new),
            finished.stream()
                // Script names may contain blanks but no control characters.
                .map(one -> String.join("\n", MigrationRecords.scripts(one.result())))
                .toArray(String[]::new),
            finished.stream().map(Attempt::code).toArray(String[]::new),
            finished.stream().map(Attempt::message).toArray(String[]::new),
            finished.stream()
                .map(one -> one.next().map(next -> next.atOffset(ZoneOffset.UTC)).orElse(null))
                .toArray(OffsetDateTime[]::new),
            jobId,
            now);
    records.appendEvents(transaction, changed);
  }
}
