package io.tenantry.backup.campaign;

import io.tenantry.backup.campaign.Campaign.Counts;
import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.migration.Direction;
import io.tenantry.backup.migration.Limits;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.messaging.Outbox;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Keeps the campaigns. A campaign's tenants are rows of {@code migrations}; those that are at its
 * version when it begins have none, and cost nothing.
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

  private static final Set<Status> ENDS =
      EnumSet.of(Status.completed, Status.halted, Status.cancelled);

  /**
   * Whether a tenant's last migration failed: it may be between the version that the registry has
   * it at and another. To look at it once more is cheap; the plan is made from its history.
   */
  private static final String UNCERTAIN =
      """
      EXISTS (
        SELECT
        FROM migrations AS last
        WHERE last.tenant_id = tenants.tenant_id
          AND last.status IN ('failed', 'cancelled')
          AND last.started_at IS NOT NULL
          AND NOT EXISTS (
            SELECT
            FROM migrations AS newer
            WHERE newer.tenant_id = last.tenant_id
              AND newer.position > last.position
              AND newer.started_at IS NOT NULL
          )
      )\
      """;

  private final Database database;
  private final Outbox outbox;

  CampaignStore(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /** What a campaign is begun with. */
  record Settings(
      String blueprint,
      Direction direction,
      Optional<String> targetVersion,
      Optional<UUID> rollbackOf,
      int canary,
      int waveSize,
      int parallelism,
      Optional<Integer> maxFailures,
      double maxFailureRate,
      boolean backupFirst,
      Limits limits) {}

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
              .formatted(UNCERTAIN),
          id,
          settings.blueprint(),
          settings.direction().name(),
          settings.targetVersion().orElse(null),
          settings.rollbackOf().orElse(null),
          settings.canary(),
          settings.waveSize(),
          settings.parallelism(),
          settings.maxFailures().orElse(null),
          settings.maxFailureRate(),
          settings.backupFirst(),
          (int) settings.limits().lock().toMillis(),
          (int) settings.limits().statement().toMillis(),
          jobId);
    } catch (SqlError e) {
      throw inProgress(e);
    }
  }

  private static RuntimeException inProgress(SqlError e) {
    return e.violatesUnique("campaigns_in_progress")
        ? new TenantryException(
            ErrorCode.CAMPAIGN_IN_PROGRESS, "A campaign of this blueprint is running or paused.", e)
        : e;
  }

  /**
   * Has the tenants that are not known to be at the version, and not in the campaign yet, follow in
   * new waves: all of them at the beginning, and in the end those that were being made meanwhile.
   * The least important come first, that is the canaries.
   */
  int addTenants(Sql transaction, UUID id) {
    return transaction
        .run(
            """
        INSERT INTO migrations (
          tenant_id, campaign_id, wave, blueprint, direction, from_version, to_version,
          backup_first, lock_timeout_ms, statement_timeout_ms, job_id
        )
        SELECT tenant_id, campaign_id,
          CASE
            WHEN is_first AND number <= canary THEN 0
            WHEN is_first THEN 1 + (number - 1 - canary) / wave_size
            ELSE campaign.wave + 1 + (number - 1) / wave_size
          END,
          blueprint, direction, blueprint_version, target_version,
          backup_first, lock_timeout_ms, statement_timeout_ms, job_id
        FROM (
          SELECT tenant_id, blueprint_version,
            row_number() OVER (
              ORDER BY array_position(ARRAY['development', 'staging', 'production'], environment), tenant_id
            ) AS number,
            NOT EXISTS (SELECT FROM migrations WHERE campaign_id = $1) AS is_first
          FROM control_plane.tenants_v1 AS tenants
          WHERE blueprint = (SELECT blueprint FROM campaigns WHERE campaign_id = $1)
            AND (blueprint_version <> (SELECT target_version FROM campaigns WHERE campaign_id = $1) OR %s)
            AND is_live
            AND NOT EXISTS (
              SELECT
              FROM migrations
              WHERE campaign_id = $1
                AND migrations.tenant_id = tenants.tenant_id
            )
        ) AS tenant
        JOIN campaigns AS campaign ON campaign_id = $1
        ORDER BY number
        """
                .formatted(UNCERTAIN),
            id)
        .rowCount();
  }

  /** Has tenants follow that were being made when the campaign began; returns how many. */
  int follow(UUID id) {
    return database.inTransaction(sql -> addTenants(sql, id));
  }

  /**
   * Has the tenants that a campaign has migrated, and nobody since, go back, those first that came
   * first; also those that came only part of the way.
   */
  void addMigrated(Sql transaction, UUID id, UUID rolledBack) {
    transaction.run(
        """
        INSERT INTO migrations (
          tenant_id, campaign_id, wave, blueprint, direction, from_version, to_version,
          backup_first, lock_timeout_ms, statement_timeout_ms, job_id
        )
        SELECT tenant_id, campaign.campaign_id,
          CASE WHEN number <= campaign.canary THEN 0 ELSE 1 + (number - 1 - campaign.canary) / campaign.wave_size END,
          campaign.blueprint, campaign.direction, migrated.to_version, migrated.from_version,
          campaign.backup_first, campaign.lock_timeout_ms, campaign.statement_timeout_ms, campaign.job_id
        FROM (
          SELECT tenant_id, from_version, to_version, row_number() OVER (ORDER BY migrations.position) AS number
          FROM migrations
          JOIN control_plane.tenants_v1 AS tenants USING (tenant_id)
          WHERE campaign_id = $2
            AND (
              migrations.status = 'completed' AND tenants.blueprint_version = to_version
              OR migrations.status IN ('failed', 'cancelled') AND migrations.started_at IS NOT NULL AND tenants.blueprint_version = from_version
                AND NOT EXISTS (
                  SELECT FROM migrations AS newer
                  WHERE newer.tenant_id = migrations.tenant_id AND newer.position > migrations.position
                    AND newer.started_at IS NOT NULL
                )
            )
            AND from_version <> to_version
            AND tenants.is_live
        ) AS migrated
        JOIN campaigns AS campaign ON campaign_id = $1
        ORDER BY number
        """,
        id,
        rolledBack);
  }

  /** How many tenants of a blueprint are known to be at a version. */
  long current(String blueprint, String version) {
    return database
        .run(
            """
            SELECT count(*)
            FROM control_plane.tenants_v1 AS tenants
            WHERE blueprint = $1
              AND blueprint_version = $2
              AND is_live
              AND NOT %s
            """
                .formatted(UNCERTAIN),
            blueprint,
            version)
        .iterator()
        .next()
        .getLong(0);
  }

  /** How many tenants of a blueprint have to get to a version, by the versions they come from. */
  Map<String, Long> others(String blueprint, String version) {
    Map<String, Long> versions = new TreeMap<>();
    database
        .run(
            """
            SELECT blueprint_version, count(*)
            FROM control_plane.tenants_v1 AS tenants
            WHERE blueprint = $1
              AND (blueprint_version <> $2 OR %s)
              AND is_live
            GROUP BY blueprint_version
            """
                .formatted(UNCERTAIN),
            blueprint,
            version)
        .forEach(row -> versions.put(row.getString(0), row.getLong(1)));
    return versions;
  }

  /**
   * A campaign.
   *
   * @throws TenantryException {@code CAMPAIGN_NOT_FOUND}
   */
  Campaign get(UUID id) {
    return get(database, id);
  }

  private static Campaign get(Sql sql, UUID id) {
    return campaigns(sql.run(SELECT + "WHERE campaign_id = $1", id)).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.CAMPAIGN_NOT_FOUND, "There is no campaign " + id + "."));
  }

  Page<Campaign> list(Optional<String> blueprint, Optional<UUID> after, int limit) {
    return Page.of(
        campaigns(
            database.run(
                SELECT
                    + """
                    WHERE ($1::text IS NULL OR blueprint = $1)
                      AND ($2::uuid IS NULL OR position < (SELECT position FROM campaigns WHERE campaign_id = $2))
                    ORDER BY position DESC
                    LIMIT $3
                    """,
                blueprint.orElse(null),
                after.orElse(null),
                limit + 1)),
        limit,
        Campaign::id);
  }

  /**
   * Changes the status, and tells of an end; false if it is none of those that it may be changed
   * from.
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
          transaction
                  .run(
                      """
                  UPDATE campaigns
                  SET status = $3, reason = $4,
                    finished_at = CASE WHEN $3 IN ('completed', 'cancelled') THEN $5::timestamptz END
                  WHERE campaign_id = $1
                    AND status = ANY ($2)
                  """,
                      id,
                      from.stream().map(Enum::name).toArray(String[]::new),
                      to.name(),
                      reason.orElse(null),
                      now.atOffset(ZoneOffset.UTC))
                  .rowCount()
              == 1;
      if (changed && ENDS.contains(to)) {
        outbox.append(transaction, finished(get(transaction, id)));
      }
      return changed;
    } catch (SqlError e) {
      throw inProgress(e);
    }
  }

  private static OperationEvent finished(Campaign campaign) {
    return new OperationEvent.CampaignFinished(
        campaign.id(),
        campaign.blueprint(),
        campaign.targetVersion().orElse(null),
        campaign.direction().name(),
        campaign.status().name(),
        campaign.tenants().completed(),
        campaign.tenants().failed(),
        campaign.tenants().skipped());
  }

  /** The campaign that was begun with a job. */
  Campaign begunWith(UUID jobId) {
    return get(
        database
            .run("SELECT (data::jsonb ->> 'campaign_id')::uuid FROM jobs WHERE job_id = $1", jobId)
            .iterator()
            .next()
            .getUUID(0));
  }

  /** Forgives the failures so far. */
  void forgive(Sql transaction, UUID id) {
    transaction.send(
        """
        UPDATE campaigns
        SET forgiven = (SELECT count(*) FROM migrations WHERE campaign_id = $1 AND status = 'failed')
        WHERE campaign_id = $1
        """,
        id);
  }

  /** Has the failed ones tried once more; returns how many there were. */
  int retryFailed(Sql transaction, UUID id) {
    return transaction
        .run(
            """
            UPDATE migrations
            SET status = 'pending', attempts = 0, error_code = NULL, error_message = NULL, finished_at = NULL,
              backup_job_id = NULL
            WHERE campaign_id = $1
              AND status = 'failed'
            """,
            id)
        .rowCount();
  }

  /** Takes back what was not begun. */
  void cancelPending(Sql transaction, UUID id, Instant now) {
    transaction.send(
        """
        UPDATE migrations
        SET status = 'cancelled', finished_at = $2, next_attempt_at = NULL
        WHERE campaign_id = $1
          AND status IN ('pending', 'waiting', 'backing_up')
        """,
        id,
        now.atOffset(ZoneOffset.UTC));
  }

  /** Whether no job works on it. */
  boolean isIdle(Sql transaction, UUID id) {
    return transaction
            .run("SELECT FROM campaigns WHERE campaign_id = $1 AND NOT driven FOR UPDATE", id)
            .rowCount()
        == 1;
  }

  /** A way that tenants were migrated, and would have to go back. */
  record Way(String fromVersion, String toVersion) {}

  /** The ways back from what a campaign has done. */
  List<Way> ways(UUID id) {
    return StreamSupport.stream(
            database
                .run(
                    """
                    SELECT DISTINCT to_version, from_version
                    FROM migrations
                    WHERE campaign_id = $1
                      AND status = 'completed'
                    """,
                    id)
                .spliterator(),
            false)
        .map(row -> new Way(row.getString(0), row.getString(1)))
        .toList();
  }

  /** Makes this job the one that works on the campaign. */
  void employ(Sql transaction, UUID id, UUID jobId) {
    transaction.send(
        "UPDATE campaigns SET job_id = $2, driven = true WHERE campaign_id = $1", id, jobId);
  }

  private static List<Campaign> campaigns(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(CampaignStore::campaign).toList();
  }

  private static Campaign campaign(Row row) {
    return new Campaign(
        row.getUUID("campaign_id"),
        row.getString("blueprint"),
        Direction.valueOf(row.getString("direction")),
        Optional.ofNullable(row.getString("target_version")),
        Optional.ofNullable(row.getUUID("rollback_of")),
        Status.valueOf(row.getString("status")),
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
        instant(row, "created_at").orElseThrow(),
        instant(row, "finished_at"));
  }

  private static Optional<Instant> instant(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }

  /** The tenants of a campaign, in any state. */
  List<UUID> tenants(UUID id) {
    return StreamSupport.stream(
            database
                .run("SELECT tenant_id FROM migrations WHERE campaign_id = $1", id)
                .spliterator(),
            false)
        .map(row -> row.getUUID(0))
        .toList();
  }
}
