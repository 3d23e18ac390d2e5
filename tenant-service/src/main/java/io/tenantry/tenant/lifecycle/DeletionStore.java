package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.lifecycle.FinalBackupRecords.FinalBackup;
import io.tenantry.tenant.provisioning.Leases;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stores the state of deletions, and the tombstones of deleted tenants.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>The row in {@code tenants} is locked before the row in {@code deletions}.
 *   <li>Data is never dropped on the basis of an event; see {@link FinalBackupRecords}.
 * </ul>
 */
@Singleton
final class DeletionStore {

  /**
   * Whether the tenant's webhook endpoints were notified of its deletion; they go with its row.
   * They are removed afterwards, and get no message later than five days after it.
   */
  private static final String IS_REPORTED =
      """
      (
        deleted_at < now() - interval '5 days'
        OR NOT EXISTS (
          SELECT
          FROM control_plane.webhook_endpoints AS endpoint
          WHERE endpoint.tenant_id = tenants.tenant_id
        )
      )
      """;

  private final Database database;
  private final LifecycleStore changes;
  private final Leases leases;
  private final Outbox outbox;

  DeletionStore(Database database, LifecycleStore changes, Leases leases, Outbox outbox) {
    this.database = database;
    this.changes = changes;
    this.leases = leases;
    this.outbox = outbox;
  }

  /**
   * Starts the deletion of an active or suspended tenant. A deletion that waits for its final
   * backup continues without it if {@code finalBackup} is false.
   *
   * @return empty if the tenant has another status, or another change is in progress
   */
  Optional<StatusChange> delete(UUID tenantId, boolean finalBackup) {
    return database.inTransaction(
        sql -> {
          Optional<Row> started =
              changes.start(
                  sql,
                  tenantId,
                  TenantStatus.DELETING,
                  Set.of(TenantStatus.ACTIVE, TenantStatus.SUSPENDED));
          if (started.isPresent()) {
            sql.send(
                """
                INSERT INTO control_plane.deletions (tenant_id, deletion_id, final_backup)
                VALUES ($1, $2, $3)
                ON CONFLICT (tenant_id) DO UPDATE
                SET deletion_id = excluded.deletion_id, final_backup = excluded.final_backup,
                  requested_at = now(), told_at = NULL, deadline = NULL, backup_id = NULL,
                  failure = NULL
                """,
                tenantId,
                UUID.randomUUID(),
                finalBackup);
            return started.map(LifecycleStore::change);
          }
          return finalBackup ? Optional.empty() : stopWaiting(sql, tenantId);
        });
  }

  /**
   * The request is recorded also while a replica holds the lease: the next decision, of whichever
   * replica, is then to drop without a backup.
   */
  private Optional<StatusChange> stopWaiting(Sql sql, UUID tenantId) {
    sql.run("SELECT FROM control_plane.tenants WHERE tenant_id = $1 FOR UPDATE", tenantId);
    boolean waiting =
        sql.first(
                row -> row.getBoolean("waiting"),
                """
                UPDATE control_plane.deletions
                SET final_backup = false
                FROM control_plane.tenants
                WHERE deletions.tenant_id = $1
                  AND tenants.tenant_id = $1
                  AND status = 'deleting'
                  AND final_backup
                  AND backup_id IS NULL
                RETURNING coalesce(lease_expires_at = deadline, false) AS waiting
                """,
                tenantId)
            .orElse(false);
    return waiting
        ? changes.start(sql, tenantId, TenantStatus.DELETING).map(LifecycleStore::change)
        : Optional.empty();
  }

  /**
   * Decides the next step of a deletion, and requests the final backup unless it was already
   * requested. The tenant's logins must be blocked, because changes after the backup would be lost.
   */
  DeletionDecision decide(UUID tenantId, Duration timeout) {
    return database.inTransaction(
        sql ->
            findLeased(sql, tenantId)
                .map(tenant -> decide(sql, tenant, timeout))
                .orElseGet(DeletionDecision.LeaseLost::new));
  }

  /** The row of a tenant in deletion whose lease this replica holds. */
  private Optional<Row> findLeased(Sql sql, UUID tenantId) {
    return sql.first(
        row -> row,
        """
            SELECT tenant_id, name, environment
            FROM control_plane.tenants
            WHERE tenant_id = $1
              AND status = 'deleting'
              AND lease_owner = $2
            FOR UPDATE
            """,
        tenantId,
        leases.replica());
  }

  private DeletionDecision decide(Sql sql, Row tenant, Duration timeout) {
    UUID tenantId = tenant.getUUID("tenant_id");
    Deletion deletion = deletion(sql, tenantId);
    if (!deletion.announced()) {
      announce(sql, tenant, deletion, timeout);
    }
    DeletionDecision decision =
        deletion.decide(
            deletion.finalBackup()
                ? FinalBackupRecords.find(sql, tenantId, deletion.deletionId())
                : Optional.empty());
    switch (decision) {
      case DeletionDecision.Drop drop ->
          drop.backupId()
              .ifPresent(
                  backupId ->
                      sql.send(
                          "UPDATE control_plane.deletions SET backup_id = $2 WHERE tenant_id = $1",
                          tenantId,
                          backupId));
      case DeletionDecision.Cancel(String failure) -> cancel(sql, tenant, failure);
      case DeletionDecision.Wait() -> waitUntilDeadline(sql, tenantId);
      case DeletionDecision.LeaseLost() -> {}
    }
    return decision;
  }

  private static Deletion deletion(Sql sql, UUID tenantId) {
    return sql.one(
        row ->
            new Deletion(
                row.getUUID("deletion_id"),
                row.getBoolean("final_backup"),
                row.getBoolean("announced"),
                Optional.ofNullable(row.getUUID("backup_id")),
                Optional.ofNullable(row.getString("failure")),
                row.getBoolean("overdue")),
        """
        SELECT deletion_id, final_backup, told_at IS NOT NULL AS announced,
          backup_id, failure, coalesce(deadline <= now(), false) AS overdue
        FROM control_plane.deletions
        WHERE tenant_id = $1
        """,
        tenantId);
  }

  private void announce(Sql sql, Row tenant, Deletion deletion, Duration timeout) {
    sql.send(
        """
        UPDATE control_plane.deletions
        SET told_at = now(), deadline = now() + make_interval(secs => $2)
        WHERE tenant_id = $1
        """,
        tenant.getUUID("tenant_id"),
        timeout);
    outbox.append(
        sql,
        new TenantEvent.Deleting(
            tenant.getUUID("tenant_id"),
            tenant.getString("name"),
            tenant.getString("environment"),
            deletion.deletionId(),
            deletion.finalBackup()));
  }

  /** Until then the lease belongs to no replica, so that none renews it. */
  private static void waitUntilDeadline(Sql sql, UUID tenantId) {
    sql.send(
        """
        UPDATE control_plane.tenants
        SET lease_owner = deletion_id, lease_expires_at = deadline
        FROM control_plane.deletions
        WHERE tenants.tenant_id = $1
          AND deletions.tenant_id = $1
        """,
        tenantId);
  }

  private void cancel(Sql sql, Row tenant, String failure) {
    UUID tenantId = tenant.getUUID("tenant_id");
    sql.send(
        "UPDATE control_plane.deletions SET failure = $2 WHERE tenant_id = $1", tenantId, failure);
    sql.send(
        """
        UPDATE control_plane.tenants
        SET status = 'suspended', updated_at = now(), lease_owner = NULL, lease_expires_at = NULL
        WHERE tenant_id = $1
        """,
        tenantId);
    outbox.append(sql, LifecycleStore.suspended(tenant));
  }

  /**
   * Continues the deletion that requested this backup, in the caller's transaction.
   *
   * @throws InvalidEvent if backup-service has no record of a stored backup
   */
  void recordFinalBackup(Sql sql, OperationEvent.BackupCompleted event) {
    FinalBackup backup = recorded(sql, event, event.deletionId(), FinalBackup::usable);
    recordAnswer(sql, event.tenantId(), event.deletionId(), "backup_id = $3", backup.backupId());
  }

  /**
   * Cancels the deletion that requested this backup, in the caller's transaction.
   *
   * @throws InvalidEvent if backup-service has no record of a failed backup
   */
  void recordFinalBackupFailure(Sql sql, OperationEvent.BackupFailed event) {
    FinalBackup unused = recorded(sql, event, event.deletionId(), FinalBackup::failed);
    recordAnswer(
        sql, event.tenantId(), event.deletionId(), "failure = $3", Deletion.FINAL_BACKUP_FAILED);
  }

  private static FinalBackup recorded(
      Sql sql,
      OperationEvent.OfBackup event,
      @Nullable UUID deletionId,
      Predicate<FinalBackup> asReported) {
    return FinalBackupRecords.require(sql, event.tenantId(), deletionId)
        .filter(backup -> backup.backupId().equals(event.backupId()))
        .filter(asReported)
        .orElseThrow(
            () ->
                new InvalidEvent(
                    "backup-service has no record of a matching final backup of this deletion"));
  }

  private static void recordAnswer(
      Sql sql, UUID tenantId, @Nullable UUID deletionId, String assignment, Object value) {
    sql.run("SELECT FROM control_plane.tenants WHERE tenant_id = $1 FOR UPDATE", tenantId);
    sql.send(
        """
        WITH answered AS (
          UPDATE control_plane.deletions
          SET %s
          WHERE tenant_id = $1
            AND deletion_id = $2
            AND final_backup
            AND backup_id IS NULL
            AND failure IS NULL
          RETURNING tenant_id, deadline
        )
        UPDATE control_plane.tenants
        SET lease_expires_at = now()
        FROM answered
        WHERE tenants.tenant_id = answered.tenant_id
          AND status = 'deleting'
          AND lease_expires_at = deadline
        """
            .formatted(assignment),
        tenantId,
        deletionId,
        value);
  }

  /**
   * Cancels a deletion whose lease this replica holds; the tenant is suspended and keeps its data.
   */
  void cancel(UUID tenantId, String failure) {
    database.transact(
        sql -> findLeased(sql, tenantId).ifPresent(tenant -> cancel(sql, tenant, failure)));
  }

  /** Completes a deletion: a tombstone remains, and the name is available again. */
  void complete(UUID tenantId) {
    database.transact(
        sql -> {
          for (Row row :
              sql.run(
                  """
                  UPDATE control_plane.tenants
                  SET status = 'deleted', deleted_at = now(), updated_at = now(),
                    lease_owner = NULL, lease_expires_at = NULL
                  WHERE tenant_id = $1
                    AND status = 'deleting'
                  RETURNING name, environment
                  """,
                  tenantId)) {
            for (String table : List.of("tenant_databases", "tenant_services", "api_keys")) {
              sql.send("DELETE FROM control_plane." + table + " WHERE tenant_id = $1", tenantId);
            }
            outbox.append(
                sql,
                new TenantEvent.Deleted(
                    tenantId, row.getString("name"), row.getString("environment")));
          }
        });
  }

  /**
   * Purges a deleted tenant; false if there is no deleted tenant with this id, or its webhook
   * endpoints may still have to be notified of its deletion.
   */
  boolean purge(UUID tenantId) {
    return database.changedOne(
        "DELETE FROM control_plane.tenants WHERE tenant_id = $1 AND status = 'deleted' AND "
            + IS_REPORTED,
        tenantId);
  }

  /** Purges up to {@code atMost} tenants past the retention; returns their number. */
  int purge(Duration retention, int atMost) {
    return database.changed(
        """
        DELETE FROM control_plane.tenants
        WHERE tenant_id IN (
          SELECT tenant_id
          FROM control_plane.tenants
          WHERE status = 'deleted'
            AND deleted_at < now() - make_interval(secs => $1)
            AND %s
          ORDER BY deleted_at
          LIMIT $2
          FOR UPDATE SKIP LOCKED
        )
        """
            .formatted(IS_REPORTED),
        retention,
        atMost);
  }
}
