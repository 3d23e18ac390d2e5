package io.tenantry.backup.campaign;

import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.migration.Migration;
import io.tenantry.backup.migration.MigrationConfig;
import io.tenantry.backup.migration.MigrationRecords;
import io.tenantry.backup.migration.Outcome;
import io.tenantry.backup.migration.Retries;
import io.tenantry.backup.migration.TenantMigrator;
import io.tenantry.backup.tenant.TenantVersions;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.tenant.TenantLocation;
import io.tenantry.kernel.tenant.TenantStatus;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * What the one who works on a campaign writes down: many tenants at a time, for a commit costs more
 * than a tenant's row. A commit that is lost with the server is found out from the tenant itself,
 * so nobody waits for the disk.
 */
@Singleton
final class CampaignWork {

  private final Database database;
  private final TenantLeases leases;
  private final Backups backups;
  private final MigrationRecords records;
  private final Retries retries;
  private final MigrationConfig config;
  private final Clock clock;

  CampaignWork(
      Database database,
      TenantLeases leases,
      Backups backups,
      MigrationRecords records,
      Retries retries,
      MigrationConfig config,
      Clock clock) {
    this.database = database;
    this.leases = leases;
    this.backups = backups;
    this.records = records;
    this.retries = retries;
    this.config = config;
    this.clock = clock;
  }

  /** A tenant that is the worker's, by its lease. */
  record Claimed(
      UUID migrationId,
      TenantLocation tenant,
      String name,
      String fromVersion,
      String toVersion,
      int attempts) {}

  /**
   * Where a campaign stands.
   *
   * @param reached tenants of the waves so far
   * @param untried those of them that were not tried, or are being
   * @param waiting those of them that are tried again
   * @param failed failures that were not forgiven
   * @param lastWave the last wave there is
   * @param open tenants of all waves that have not ended
   */
  record Standing(
      Status status,
      UUID jobId,
      boolean driven,
      int wave,
      Optional<Integer> maxFailures,
      double maxFailureRate,
      long reached,
      long untried,
      long waiting,
      long failed,
      int lastWave,
      long open,
      long total,
      Optional<Instant> nextAttemptAt) {

    /** Why it must halt. */
    Optional<String> reasonToHalt() {
      if (failed <= 0) {
        return Optional.empty();
      }
      if (wave == 0) {
        return Optional.of("A canary failed.");
      }
      if (maxFailures.isPresent() && failed >= maxFailures.get()) {
        return Optional.of("%d tenants failed.".formatted(failed));
      }
      return failed > maxFailureRate * reached
          ? Optional.of("%d of %d tenants failed.".formatted(failed, reached))
          : Optional.empty();
    }

    /** Canaries must have ended; others need not wait for those that are tried again. */
    boolean isWaveThrough() {
      return untried == 0 && (wave > 0 || waiting == 0) && wave < lastWave;
    }
  }

  Standing look(UUID id) {
    Row row =
        database
            .run(
                """
                SELECT status, job_id, driven, wave, max_failures, max_failure_rate, forgiven, tenants.*
                FROM campaigns
                CROSS JOIN LATERAL (
                  SELECT count(*) FILTER (WHERE migrations.wave <= campaigns.wave) AS reached,
                    count(*) FILTER (
                      WHERE migrations.wave <= campaigns.wave AND migrations.status IN ('pending', 'backing_up', 'running')
                    ) AS untried,
                    count(*) FILTER (WHERE migrations.wave <= campaigns.wave AND migrations.status = 'waiting') AS waiting,
                    count(*) FILTER (WHERE migrations.status = 'failed') AS failed,
                    coalesce(max(migrations.wave), 0) AS last_wave,
                    count(*) FILTER (WHERE migrations.status IN ('pending', 'backing_up', 'running', 'waiting')) AS open,
                    count(*) AS total,
                    min(next_attempt_at) FILTER (WHERE migrations.status = 'waiting') AS next_attempt_at
                  FROM migrations
                  WHERE migrations.campaign_id = campaigns.campaign_id
                ) AS tenants
                WHERE campaign_id = $1
                """,
                id)
            .iterator()
            .next();
    return new Standing(
        Status.valueOf(row.getString("status")),
        row.getUUID("job_id"),
        row.getBoolean("driven"),
        row.getInteger("wave"),
        Optional.ofNullable(row.getInteger("max_failures")),
        row.getDouble("max_failure_rate"),
        row.getLong("reached"),
        row.getLong("untried"),
        row.getLong("waiting"),
        row.getLong("failed") - row.getInteger("forgiven"),
        row.getInteger("last_wave"),
        row.getLong("open"),
        row.getLong("total"),
        Optional.ofNullable(row.getOffsetDateTime("next_attempt_at"))
            .map(OffsetDateTime::toInstant));
  }

  /** Takes over what a worker left that died. */
  void reclaim(UUID id) {
    database.run(
        """
        UPDATE migrations
        SET status = 'waiting', next_attempt_at = $2
        WHERE campaign_id = $1
          AND status = 'running'
        """,
        id,
        utc(clock.instant()));
  }

  void nextWave(UUID id, int wave) {
    database.run(
        """
        UPDATE campaigns
        SET wave = $2 + 1
        WHERE campaign_id = $1
          AND wave = $2
          AND status = 'running'
        """,
        id,
        wave);
  }

  /** Ends this job's work on a campaign that does not run any more; false if it does again. */
  boolean dismiss(UUID id, UUID jobId) {
    return database
            .run(
                """
                UPDATE campaigns
                SET driven = false
                WHERE campaign_id = $1
                  AND job_id = $2
                  AND status <> 'running'
                """,
                id,
                jobId)
            .rowCount()
        == 1;
  }

  /** Has those go on whose backup has ended; returns how many there were. */
  int awaitBackups(UUID id) {
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
                  utc(clock.instant()));
          records.tell(sql, changed);
          return changed.rowCount();
        });
  }

  /** A due tenant, as the registry has it now. */
  private record Due(Claimed claimed, boolean isThere, boolean needsBackup) {}

  /** Takes tenants of the waves so far that are due, and nobody else's. */
  List<Claimed> claim(UUID id, UUID jobId, int atMost) {
    Instant now = clock.instant();
    return database.inTransaction(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          List<Due> due = due(sql, id, atMost, now);
          if (due.isEmpty()) {
            return List.of();
          }
          List<Claimed> ready = new ArrayList<>();
          for (Due one : due) {
            if (!one.isThere()) {
              skip(sql, one.claimed(), now);
            } else if (one.needsBackup()) {
              backUp(sql, one.claimed());
            } else {
              ready.add(one.claimed());
            }
          }
          return take(sql, ready, jobId, now);
        });
  }

  private static List<Due> due(Sql sql, UUID id, int atMost, Instant now) {
    return StreamSupport.stream(
            sql.run(
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
                    utc(now))
                .spliterator(),
            false)
        .map(CampaignWork::due)
        .toList();
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

  private static void skip(Sql sql, Claimed claimed, Instant now) {
    Outcome.Skipped skipped = TenantMigrator.skipped(claimed.tenant().tenantId());
    sql.send(
        """
        UPDATE migrations
        SET status = 'skipped', error_code = $2, error_message = $3, next_attempt_at = NULL, finished_at = $4
        WHERE migration_id = $1
        """,
        claimed.migrationId(),
        skipped.code().name(),
        skipped.message(),
        utc(now));
  }

  private void backUp(Sql sql, Claimed claimed) {
    UUID job =
        backups.request(
            sql,
            new Backups.Request(
                claimed.tenant().tenantId(),
                claimed.name(),
                BackupKind.BEFORE_MIGRATION,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty()));
    sql.send(
        """
        UPDATE migrations
        SET status = 'backing_up', backup_job_id = $2, next_attempt_at = NULL
        WHERE migration_id = $1
        """,
        claimed.migrationId(),
        job);
  }

  private List<Claimed> take(Sql sql, List<Claimed> ready, UUID jobId, Instant now) {
    Set<UUID> taken =
        leases.take(
            sql,
            ready.stream().map(claimed -> claimed.tenant().tenantId()).toList(),
            TenantLeases.Operation.MIGRATION,
            jobId);
    List<Claimed> ours =
        ready.stream().filter(claimed -> taken.contains(claimed.tenant().tenantId())).toList();
    List<Claimed> busy = ready.stream().filter(claimed -> !ours.contains(claimed)).toList();
    sql.send(
        """
        UPDATE migrations
        SET status = 'running', attempts = attempts + 1, job_id = $2, next_attempt_at = NULL,
          started_at = coalesce(started_at, $3)
        WHERE migration_id = ANY ($1)
        """,
        ids(ours),
        jobId,
        utc(now));
    sql.send(
        """
        UPDATE migrations
        SET status = 'waiting', error_code = $2, error_message = $3, next_attempt_at = $4
        WHERE migration_id = ANY ($1)
        """,
        ids(busy),
        ErrorCode.TENANT_BUSY.name(),
        ErrorCode.TENANT_BUSY.title() + ".",
        utc(now.plus(config.busyDelay())));
    return ours;
  }

  private static UUID[] ids(List<Claimed> claimed) {
    return claimed.stream().map(Claimed::migrationId).toArray(UUID[]::new);
  }

  /** Writes down how attempts ended, tells the registry, and gives the leases back. */
  void record(List<Crew.Ended> ended, UUID jobId) {
    Instant now = clock.instant();
    List<Written> written = ended.stream().map(one -> written(one, now)).toList();
    database.transact(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          records.tell(sql, write(sql, written, jobId, now));
          List<Written> migrated =
              written.stream().filter(one -> one.status() == Migration.Status.completed).toList();
          TenantVersions.record(
              sql,
              migrated.stream().map(one -> one.claimed().tenant().tenantId()).toArray(UUID[]::new),
              migrated.stream().map(one -> one.claimed().toVersion()).toArray(String[]::new));
          leases.release(
              sql, ended.stream().map(one -> one.claimed().tenant().tenantId()).toList(), jobId);
        });
  }

  /** An outcome as the row has it. */
  private record Written(
      Claimed claimed, Outcome outcome, Migration.Status status, Optional<Instant> next) {}

  private Written written(Crew.Ended one, Instant now) {
    Optional<Instant> next =
        one.outcome() instanceof Outcome.Deferred deferred
            ? retries.after(deferred, one.claimed().attempts() + 1).map(now::plus)
            : Optional.empty();
    return new Written(
        one.claimed(), one.outcome(), MigrationRecords.status(one.outcome(), next), next);
  }

  private static RowSet<Row> write(Sql sql, List<Written> written, UUID jobId, Instant now) {
    return sql.run(
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
        written.stream().map(one -> one.claimed().migrationId()).toArray(UUID[]::new),
        written.stream().map(one -> one.status().name()).toArray(String[]::new),
        written.stream()
            // Names have blanks, but no control characters.
            .map(one -> String.join("\n", MigrationRecords.scripts(one.outcome())))
            .toArray(String[]::new),
        written.stream()
            .map(
                one ->
                    MigrationRecords.error(one.outcome())
                        .map(error -> error.code().name())
                        .orElse(null))
            .toArray(String[]::new),
        written.stream()
            .map(
                one ->
                    MigrationRecords.error(one.outcome())
                        .map(Migration.Failure::message)
                        .orElse(null))
            .toArray(String[]::new),
        written.stream()
            .map(one -> one.next().map(CampaignWork::utc).orElse(null))
            .toArray(OffsetDateTime[]::new),
        jobId,
        utc(now));
  }

  /**
   * Whether tenants may still be in the making from another version than the campaign's, which is
   * the current one.
   */
  boolean mayMoreCome(Campaign campaign) {
    return database
            .run(
                """
                SELECT
                FROM control_plane.tenants_v1
                WHERE blueprint = $1
                  AND blueprint_version <> $2
                  AND status = $4
                UNION ALL
                SELECT
                FROM control_plane.blueprints_v1
                WHERE name = $1
                  AND version = $2
                  AND current_since > $3
                LIMIT 1
                """,
                campaign.blueprint(),
                campaign.targetVersion().orElseThrow(),
                utc(clock.instant().minus(config.settling())),
                TenantStatus.PROVISIONING.toString())
            .rowCount()
        > 0;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
