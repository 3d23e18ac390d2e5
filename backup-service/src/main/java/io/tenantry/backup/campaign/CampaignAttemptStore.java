package io.tenantry.backup.campaign;

import io.tenantry.backup.migration.Migration;
import io.tenantry.backup.migration.MigrationRecords;
import io.tenantry.backup.migration.Outcome;
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

/** Keeps the attempts at a campaign's tenants: what their rows say from one to the next. */
@Singleton
final class CampaignAttemptStore {

  private final Database database;
  private final MigrationRecords records;

  CampaignAttemptStore(Database database, MigrationRecords records) {
    this.database = database;
    this.records = records;
  }

  /** Takes over what a worker left that died. */
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

  /** Has those go on whose backup has ended; returns how many there were. */
  int awaitBackups(UUID id, Instant now) {
    return database.inTransaction(
        sql -> {
          RowSet<Row> changed =
              sql.run(
                  """
                  UPDATE migrations
                  SET status = CASE jobs.status WHEN 'completed' THEN 'pending' ELSE 'failed' END,
                    error_code = CASE jobs.status WHEN 'completed' THEN NULL ELSE 'BACKUP_FAILED' END,
                    error_message = CASE jobs.status WHEN 'completed' THEN NULL ELSE 'The backup that was to come first is ' || jobs.status || '.' END,
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
          records.tell(sql, changed);
          return changed.rowCount();
        });
  }

  /** A due tenant, as the registry has it now. */
  record Due(Claimed claimed, boolean isThere, boolean needsBackup) {}

  /** The tenants of the waves so far that are due, in their order. */
  List<Due> due(Sql sql, UUID id, int atMost, Instant now) {
    return sql.list(
        CampaignAttemptStore::due,
        """
        SELECT migration_id, migrations.tenant_id, from_version, to_version, attempts, name,
          cluster, database_name, schema_name, role_name,
          coalesce(tenants.is_live AND database_name IS NOT NULL, false) AS is_there,
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
        new Claimed(
            row.getUUID("migration_id"),
            TenantLocation.of(row),
            row.getString("name"),
            row.getString("from_version"),
            row.getString("to_version"),
            row.getInteger("attempts")),
        row.getBoolean("is_there"),
        row.getBoolean("needs_backup"));
  }

  void skip(Sql transaction, Claimed claimed, Instant now) {
    Outcome.Skipped skipped = TenantMigrator.skipped(claimed.tenant().tenantId());
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

  void backUp(Sql transaction, Claimed claimed, UUID backupJobId) {
    transaction.send(
        """
        UPDATE migrations
        SET status = 'backing_up', backup_job_id = $2, next_attempt_at = NULL
        WHERE migration_id = $1
        """,
        claimed.migrationId(),
        backupJobId);
  }

  void begin(Sql transaction, Collection<Claimed> claimed, UUID jobId, Instant now) {
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

  /** Somebody else works on them. */
  void defer(Sql transaction, Collection<Claimed> busy, Instant next) {
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

  private static UUID[] ids(Collection<Claimed> claimed) {
    return claimed.stream().map(Claimed::migrationId).toArray(UUID[]::new);
  }

  /**
   * An attempt that has ended.
   *
   * @param next when the next one may begin
   */
  record Attempt(
      Claimed claimed, Outcome outcome, Migration.Status status, Optional<Instant> next) {

    @Nullable String code() {
      return MigrationRecords.error(outcome).map(error -> error.code().name()).orElse(null);
    }

    @Nullable String message() {
      return MigrationRecords.error(outcome).map(Migration.Failure::message).orElse(null);
    }
  }

  /** Writes down how attempts of a job ended, and tells of those that were the last. */
  void end(Sql transaction, List<Attempt> ended, UUID jobId, Instant now) {
    RowSet<Row> changed =
        transaction.run(
            """
            UPDATE migrations
            SET status = ended.status, scripts = migrations.scripts || string_to_array(ended.scripts, E'\\n'),
              error_code = ended.code, error_message = ended.message, next_attempt_at = ended.next_attempt_at,
              finished_at = CASE WHEN ended.next_attempt_at IS NULL THEN $8::timestamptz END
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
              AS ended (migration_id, status, scripts, code, message, next_attempt_at)
            WHERE migrations.migration_id = ended.migration_id
              AND migrations.status = 'running'
              AND migrations.job_id = $7
            RETURNING migrations.*
            """,
            ids(ended.stream().map(Attempt::claimed).toList()),
            ended.stream().map(one -> one.status().toString()).toArray(String[]::new),
            ended.stream()
                // Names have blanks, but no control characters.
                .map(one -> String.join("\n", MigrationRecords.scripts(one.outcome())))
                .toArray(String[]::new),
            ended.stream().map(Attempt::code).toArray(String[]::new),
            ended.stream().map(Attempt::message).toArray(String[]::new),
            ended.stream()
                .map(one -> one.next().map(next -> next.atOffset(ZoneOffset.UTC)).orElse(null))
                .toArray(OffsetDateTime[]::new),
            jobId,
            now);
    records.tell(transaction, changed);
  }
}
