package io.tenantry.backup.campaign;

import io.tenantry.backup.campaign.Campaign.Counts;
import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.campaign.CampaignProgress.Tolerance;
import io.tenantry.backup.migration.Direction;
import io.tenantry.backup.migration.MigrationTimeouts;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.messaging.Outbox;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Stores campaigns. A campaign's tenants are rows of {@code migrations}; tenants that are at the
 * target version when it starts have no row.
 */
@Singleton
final class CampaignStore {

  private static final String SELECT =
      """
      SELECT campaigns.*, pending, running, completed, failed, skipped, cancelled
      FROM campaigns
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE status IN ('pending', 'waiting')) AS pending,
          count(*) FILTER (WHERE status IN ('running', 'backing_up')) AS running,
          count(*) FILTER (WHERE status = 'completed') AS completed,
          count(*) FILTER (WHERE status = 'failed') AS failed,
          count(*) FILTER (WHERE status = 'skipped') AS skipped,
          count(*) FILTER (WHERE status = 'cancelled') AS cancelled
        FROM migrations
        WHERE migrations.campaign_id = campaigns.campaign_id
      ) AS tenants
      """;

  private static final Set<Status> WITH_EVENT =
      EnumSet.of(Status.COMPLETED, Status.HALTED, Status.CANCELLED);

  private final Database database;
  private final Outbox outbox;

  CampaignStore(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /** The parameters of a campaign. */
  record Settings(
      String blueprint,
      Direction direction,
      Optional<String> targetVersion,
      Optional<UUID> rollbackOf,
      Pace pace,
      Tolerance tolerance,
      boolean backupFirst,
      MigrationTimeouts timeouts) {}

  /**
   * How fast a campaign proceeds.
   *
   * @param canary the number of tenants in wave 0, all of which must succeed
   * @param waveSize the number of tenants in each later wave
   * @param parallelism the number of tenants that are migrated at the same time
   */
  record Pace(int canary, int waveSize, int parallelism) {}

  /**
   * Adds a campaign.
   *
   * @throws TenantryException {@code CAMPAIGN_IN_PROGRESS}
   */
  void add(Sql transaction, UUID id, Settings settings, UUID jobId) {
    try {
      transaction.run(
          """
          INSERT INTO campaigns (
            campaign_id, blueprint, direction, target_version, rollback_of, status, canary, wave_size, parallelism,
            max_failures, max_failure_rate, backup_first, lock_timeout_ms, statement_timeout_ms, current_at_start, job_id
          )
          VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, $8, $9, $10, $11, $12, $13, (
            SELECT count(*)
            FROM control_plane.tenants_v1 AS tenants
            WHERE blueprint = $2
              AND blueprint_version = $4
              AND is_live
              AND NOT %s
          ), $14)
          """
              .formatted(CampaignTenantStore.UNCERTAIN),
          id,
          settings.blueprint(),
          settings.direction().toString(),
          settings.targetVersion(),
          settings.rollbackOf(),
          settings.pace().canary(),
          settings.pace().waveSize(),
          settings.pace().parallelism(),
          settings.tolerance().maxFailures(),
          settings.tolerance().maxFailureRate(),
          settings.backupFirst(),
          (int) settings.timeouts().lock().toMillis(),
          (int) settings.timeouts().statement().toMillis(),
          jobId);
    } catch (SqlError e) {
      throw inProgress(e);
    }
  }

  private static RuntimeException inProgress(SqlError e) {
    return e.violatesUnique("campaigns_in_progress")
        ? new TenantryException(
            ErrorCode.CAMPAIGN_IN_PROGRESS,
            "A campaign of this blueprint is running or paused; complete or cancel it first.",
            e)
        : e;
  }

  /**
   * Returns a campaign.
   *
   * @throws TenantryException {@code CAMPAIGN_NOT_FOUND}
   */
  Campaign get(UUID id) {
    return get(database, id);
  }

  private static Campaign get(Sql sql, UUID id) {
    return sql.first(CampaignStore::campaign, SELECT + "WHERE campaign_id = $1", id)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.CAMPAIGN_NOT_FOUND, "There is no campaign " + id + "."));
  }

  Page<Campaign> list(
      Optional<String> blueprint, Optional<Status> status, Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            CampaignStore::campaign,
            SELECT
                + """
                  WHERE ($1::text IS NULL OR blueprint = $1)
                    AND ($2::text IS NULL OR status = $2)
                    AND ($3::uuid IS NULL OR position < (SELECT position FROM campaigns WHERE campaign_id = $3))
                  ORDER BY position DESC
                  LIMIT $4
                  """,
            blueprint,
            status,
            after,
            limit + 1),
        limit,
        Campaign::id);
  }

  /**
   * Changes the status, and publishes an event if the campaign ends. Returns false if the current
   * status is not in {@code from}.
   */
  boolean change(
      Sql transaction,
      UUID id,
      List<Status> from,
      Status to,
      Optional<String> reason,
      Instant now) {
    try {
      boolean changed =
          transaction.changedOne(
              """
              UPDATE campaigns
              SET status = $3, reason = $4,
                finished_at = CASE WHEN $3 IN ('completed', 'cancelled') THEN $5::timestamptz END
              WHERE campaign_id = $1
                AND status = ANY ($2)
              """,
              id,
              from.stream().map(Status::toString).toArray(String[]::new),
              to.toString(),
              reason,
              now);
      if (changed && WITH_EVENT.contains(to)) {
        outbox.append(transaction, finished(get(transaction, id)));
      }
      return changed;
    } catch (SqlError e) {
      throw inProgress(e);
    }
  }

  /** Changes the status of a running campaign; false if it is not running. */
  boolean changeRunning(UUID id, Status status, Optional<String> reason, Instant now) {
    return database.inTransaction(
        sql -> change(sql, id, List.of(Status.RUNNING), status, reason, now));
  }

  private static OperationEvent finished(Campaign campaign) {
    return new OperationEvent.CampaignFinished(
        campaign.id(),
        campaign.blueprint(),
        campaign.targetVersion().orElse(null),
        campaign.direction().toString(),
        campaign.status().toString(),
        campaign.tenants().completed(),
        campaign.tenants().failed(),
        campaign.tenants().skipped());
  }

  /** Returns the campaign that a job was submitted for. */
  Campaign findStartedBy(UUID jobId) {
    return get(
        database.one(
            row -> row.getUUID(0),
            "SELECT (data::jsonb ->> 'campaign_id')::uuid FROM jobs WHERE job_id = $1",
            jobId));
  }

  CampaignProgress progress(UUID id) {
    Row row =
        database.one(
            one -> one,
            """
            SELECT status, job_id, wave, max_failures, max_failure_rate, forgiven, tenants.*
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
            id);
    return new CampaignProgress(
        Status.of(row.getString("status")),
        row.getUUID("job_id"),
        row.getInteger("wave"),
        row.getInteger("last_wave"),
        tolerance(row),
        new CampaignProgress.Tenants(
            row.getLong("reached"),
            row.getLong("untried"),
            row.getLong("waiting"),
            row.getLong("failed") - row.getInteger("forgiven"),
            row.getLong("open"),
            row.getLong("total")),
        Columns.optionalInstant(row, "next_attempt_at"));
  }

  private static Tolerance tolerance(Row row) {
    return new Tolerance(
        Optional.ofNullable(row.getInteger("max_failures")), row.getDouble("max_failure_rate"));
  }

  /** Starts a wave, if it is the next. */
  void startWave(UUID id, int wave) {
    database.run(
        """
        UPDATE campaigns
        SET wave = $2
        WHERE campaign_id = $1
          AND wave = $2 - 1
          AND status = 'running'
        """,
        id,
        wave);
  }

  /** Releases the job of a campaign that is not running; false if the campaign was resumed. */
  boolean releaseJob(UUID id, UUID jobId) {
    return database.changedOne(
        """
        UPDATE campaigns
        SET driven = false
        WHERE campaign_id = $1
          AND job_id = $2
          AND status <> 'running'
        """,
        id,
        jobId);
  }

  /** Resets the failure count: failures so far no longer halt the campaign. */
  void resetFailureCount(Sql transaction, UUID id) {
    transaction.send(
        """
        UPDATE campaigns
        SET forgiven = (SELECT count(*) FROM migrations WHERE campaign_id = $1 AND status = 'failed')
        WHERE campaign_id = $1
        """,
        id);
  }

  /** Whether no job runs the campaign; locks its row. */
  boolean isIdle(Sql transaction, UUID id) {
    return transaction.exists(
        "SELECT FROM campaigns WHERE campaign_id = $1 AND NOT driven FOR UPDATE", id);
  }

  /** Assigns a job to the campaign. */
  void assignJob(Sql transaction, UUID id, UUID jobId) {
    transaction.send(
        "UPDATE campaigns SET job_id = $2, driven = true WHERE campaign_id = $1", id, jobId);
  }

  private static Campaign campaign(Row row) {
    return new Campaign(
        row.getUUID("campaign_id"),
        row.getString("blueprint"),
        Direction.of(row.getString("direction")),
        Optional.ofNullable(row.getString("target_version")),
        Optional.ofNullable(row.getUUID("rollback_of")),
        Status.of(row.getString("status")),
        row.getInteger("canary"),
        row.getInteger("wave_size"),
        row.getInteger("parallelism"),
        Optional.ofNullable(row.getInteger("max_failures")),
        row.getDouble("max_failure_rate"),
        row.getBoolean("backup_first"),
        row.getInteger("lock_timeout_ms"),
        row.getInteger("statement_timeout_ms"),
        row.getInteger("wave"),
        Optional.ofNullable(row.getString("reason")),
        row.getUUID("job_id"),
        new Counts(
            row.getLong("current_at_start"),
            row.getLong("pending"),
            row.getLong("running"),
            row.getLong("completed"),
            row.getLong("failed"),
            row.getLong("skipped"),
            row.getLong("cancelled")),
        Columns.instant(row, "created_at"),
        Columns.optionalInstant(row, "finished_at"));
  }
}
