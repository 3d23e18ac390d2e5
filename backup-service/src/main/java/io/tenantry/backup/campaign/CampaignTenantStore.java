package io.tenantry.backup.campaign;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Stores the tenants of campaigns: rows of {@code migrations}, ordered by wave and position. */
@Singleton
final class CampaignTenantStore {

  /**
   * Whether a tenant's last migration failed or was cancelled, so that its version may differ from
   * the registry's. Migrating it again is cheap, because the plan is made from its history.
   */
  static final String UNCERTAIN =
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

  CampaignTenantStore(Database database) {
    this.database = database;
  }

  /**
   * Adds the tenants that are not known to be at the target version and not yet in the campaign, in
   * new waves: all of them at the start, and at the end those that were provisioned meanwhile.
   * Development tenants come first, as canaries.
   */
  int addTenants(Sql transaction, UUID id) {
    return transaction.changed(
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
        id);
  }

  /** Adds tenants that were being provisioned when the campaign started; returns how many. */
  int addLateTenants(UUID id) {
    return database.inTransaction(sql -> addTenants(sql, id));
  }

  /**
   * Adds the tenants that a campaign migrated, fully or in part, and no later migration changed, to
   * the campaign that rolls it back; in the order in which they were migrated.
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

  /** Counts a blueprint's tenants that are known to be at a version. */
  long countCurrent(String blueprint, String version) {
    return database.one(
        row -> row.getLong(0),
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
        version);
  }

  /** Counts a blueprint's tenants that need a migration to a version, by their current versions. */
  Map<String, Long> countOthers(String blueprint, String version) {
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
   * Whether tenants may still be provisioned with another version than the campaign's, which is the
   * current one.
   *
   * @param settled the version must have been the current one since before this time
   */
  boolean mayGetMoreTenants(Campaign campaign, Instant settled) {
    return database.exists(
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
        settled,
        TenantStatus.PROVISIONING.toString());
  }

  /** A version change that a rollback has to make. */
  record VersionChange(String fromVersion, String toVersion) {}

  /** The version changes that roll back what a campaign has done. */
  List<VersionChange> rollbackChanges(UUID id) {
    return database.list(
        row -> new VersionChange(row.getString(0), row.getString(1)),
        """
        SELECT DISTINCT to_version, from_version
        FROM migrations
        WHERE campaign_id = $1
          AND status = 'completed'
        """,
        id);
  }

  /** The tenants of a campaign, in any status. */
  List<UUID> all(UUID id) {
    return database.list(
        row -> row.getUUID(0), "SELECT tenant_id FROM migrations WHERE campaign_id = $1", id);
  }

  /** Schedules the failed tenants for a retry; returns how many. */
  int retryFailed(Sql transaction, UUID id) {
    return transaction.changed(
        """
        UPDATE migrations
        SET status = 'pending', attempts = 0, error_code = NULL, error_message = NULL, finished_at = NULL,
          backup_job_id = NULL
        WHERE campaign_id = $1
          AND status = 'failed'
        """,
        id);
  }

  /** Cancels migrations that have not started. */
  void cancelPending(Sql transaction, UUID id, Instant now) {
    transaction.send(
        """
        UPDATE migrations
        SET status = 'cancelled', finished_at = $2, next_attempt_at = NULL
        WHERE campaign_id = $1
          AND status IN ('pending', 'waiting', 'backing_up')
        """,
        id,
        now);
  }
}
