package io.tenantry.backup.schedule;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Compares the schedules with the registry of tenants. */
@Singleton
final class ReconciliationStore {

  private static final String MISSING =
      """
      FROM control_plane.tenants_v1 t
      WHERE t.is_live
        AND t.created_at <= now() - make_interval(secs => $1)
        AND NOT EXISTS (SELECT FROM backup.schedules s WHERE s.tenant_id = t.tenant_id)
      """;

  private static final String DELETED =
      """
      FROM backup.schedules s
      JOIN control_plane.tenants_v1 t USING (tenant_id)
      WHERE t.deleted_at <= now() - make_interval(secs => $1)
      """;

  private static final String UNKNOWN =
      """
      FROM backup.schedules s
      WHERE NOT EXISTS (SELECT FROM control_plane.tenants_v1 t WHERE t.tenant_id = s.tenant_id)
      """;

  private final Database database;
  private final TenantPolicies policies;
  private final Duration grace;

  ReconciliationStore(Database database, TenantPolicies policies, ReconciliationConfig config) {
    this.database = database;
    this.policies = policies;
    this.grace = config.grace();
  }

  /** Counts the differences, in one statement and so at one moment. */
  ScheduleDifferences differences() {
    return database.one(
        row ->
            new ScheduleDifferences(
                row.getLong("tenants"),
                row.getLong("schedules"),
                row.getLong("missing"),
                row.getLong("deleted"),
                row.getLong("unknown")),
        """
        SELECT
          (SELECT coalesce(sum(tenants), 0)::bigint FROM control_plane.tenant_counts_v1) AS tenants,
          (SELECT count(*) FROM backup.schedules) AS schedules,
          (SELECT count(*) %s) AS missing,
          (SELECT count(*) %s) AS deleted,
          (SELECT count(*) %s) AS unknown
        """
            .formatted(MISSING, DELETED, UNKNOWN),
        grace);
  }

  /** Some tenants without a schedule. */
  List<UUID> missing(int atMost) {
    return database.list(
        row -> row.getUUID(0),
        "SELECT t.tenant_id " + MISSING + "ORDER BY 1 LIMIT $2",
        grace,
        atMost);
  }

  /** Some tenants that are deleted and have a schedule. */
  List<UUID> deleted(int atMost) {
    return database.list(
        row -> row.getUUID(0),
        "SELECT s.tenant_id " + DELETED + "ORDER BY 1 LIMIT $2",
        grace,
        atMost);
  }

  /** Some tenants that have a schedule and are not in the registry. */
  List<UUID> unknown(int atMost) {
    return database.list(
        row -> row.getUUID(0), "SELECT s.tenant_id " + UNKNOWN + "ORDER BY 1 LIMIT $1", atMost);
  }

  /** Whether the registry provides the policies that tenants are enrolled with. */
  boolean hasPolicies() {
    return policies.areProvided(database);
  }

  /** A tenant to enrol. */
  record Missing(UUID tenantId, Optional<String> schedule, Optional<Integer> retentionDays) {}

  /** Some tenants without a schedule, with their blueprints' policies. */
  List<Missing> missing(Sql transaction, int atMost) {
    return transaction.list(
        row ->
            new Missing(
                row.getUUID("tenant_id"),
                Optional.ofNullable(row.getString("schedule")),
                Optional.ofNullable(row.getInteger("retention_days"))),
        """
        SELECT missing.tenant_id, schedule, retention_days
        FROM (SELECT t.tenant_id %s ORDER BY 1 LIMIT $2) AS missing
        LEFT JOIN control_plane.backup_policies_v1 USING (tenant_id)
        """
            .formatted(MISSING),
        grace,
        atMost);
  }

  /** Some schedules of deleted tenants, locked until the transaction ends. */
  List<UUID> lockDeleted(Sql transaction, int atMost) {
    return transaction.list(
        row -> row.getUUID(0),
        "SELECT s.tenant_id " + DELETED + "ORDER BY 1 LIMIT $2 FOR UPDATE OF s",
        grace,
        atMost);
  }
}
