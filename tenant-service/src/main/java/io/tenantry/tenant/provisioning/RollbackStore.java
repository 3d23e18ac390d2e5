package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.provisioning.StepStore.StepError;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Stores the state of provisionings that are rolled back.
 *
 * <p>Easy to get wrong: every status change checks the previous status, so that only one of two
 * replicas can change a tenant after a lease expired.
 */
@Singleton
final class RollbackStore {

  private final Database database;
  private final Leases leases;
  private final Outbox outbox;

  RollbackStore(Database database, Leases leases, Outbox outbox) {
    this.database = database;
    this.leases = leases;
    this.outbox = outbox;
  }

  /** The state that a rollback finds. */
  enum RollbackStart {
    /** The tenant is being rolled back; it can no longer become active. */
    STARTED,
    /** Another replica has rolled it back after the lease expired. */
    ROW_GONE,
    /**
     * Another replica has taken it over after the lease expired, and decides what becomes of it.
     */
    TAKEN_OVER,
    /** It was activated before the rollback, and is kept. */
    ACTIVATED
  }

  /**
   * Starts the rollback of a tenant in provisioning, if this replica still has its lease.
   *
   * @param error the failed step and its error, if known
   */
  RollbackStart startRollback(UUID tenantId, Optional<StepError> error) {
    return database.inTransaction(
        sql -> {
          error.ifPresent(e -> StepStore.recordError(sql, tenantId, e));
          return sql.first(
                  RollbackStore::startOf,
                  """
                  UPDATE control_plane.tenants
                  SET updated_at = now(),
                    status = CASE
                      WHEN status = 'provisioning' AND lease_owner = $2 THEN 'rolling_back'
                      ELSE status
                    END
                  WHERE tenant_id = $1
                  RETURNING status, lease_owner = $2 AS leased
                  """,
                  tenantId,
                  leases.replica())
              .orElse(RollbackStart.ROW_GONE);
        });
  }

  private static RollbackStart startOf(Row row) {
    return switch (TenantStatus.of(row.getString("status"))) {
      case PROVISIONING, ROLLING_BACK ->
          Boolean.TRUE.equals(row.getBoolean("leased"))
              ? RollbackStart.STARTED
              : RollbackStart.TAKEN_OVER;
      case REGISTERED -> RollbackStart.TAKEN_OVER;
      case ACTIVE, SUSPENDED, DELETING, DELETED -> RollbackStart.ACTIVATED;
    };
  }

  /**
   * Deletes the tenant and publishes the failure, after everything was rolled back. A tenant that
   * was registered before becomes registered again; its job reports the failure.
   */
  void completeRollback(UUID tenantId, String code) {
    database.transact(
        sql -> {
          ProvisioningHistory.addFailure(sql, tenantId, code);
          if (registerAgain(sql, tenantId)) {
            return;
          }
          for (Row row :
              sql.run(
                  """
                  DELETE FROM control_plane.tenants
                  WHERE tenant_id = $1
                    AND status = 'rolling_back'
                  RETURNING name, environment
                  """,
                  tenantId)) {
            outbox.append(
                sql,
                new TenantEvent.ProvisioningFailed(
                    tenantId, row.getString("name"), row.getString("environment"), code));
          }
        });
  }

  private static boolean registerAgain(Sql sql, UUID tenantId) {
    boolean registered =
        sql.changedOne(
            """
            UPDATE control_plane.tenants
            SET status = 'registered', updated_at = now(), lease_owner = NULL, lease_expires_at = NULL
            WHERE tenant_id = $1
              AND status = 'rolling_back'
              AND registered_at IS NOT NULL
            """,
            tenantId);
    if (registered) {
      sql.send("DELETE FROM control_plane.tenant_databases WHERE tenant_id = $1", tenantId);
      sql.send("DELETE FROM control_plane.tenant_services WHERE tenant_id = $1", tenantId);
    }
    return registered;
  }

  /**
   * Takes over up to {@code atMost} provisionings whose lease has expired, except those that this
   * replica is still working on: it renews their leases as soon as it can.
   */
  List<TenantDatabase> takeOver(int atMost) {
    return database.list(
        TenantDatabase::of,
        """
            UPDATE control_plane.tenants AS tenant
            SET lease_owner = $1, lease_expires_at = now() + make_interval(secs => $2)
            FROM control_plane.tenant_databases
            WHERE tenant_databases.tenant_id = tenant.tenant_id
              AND tenant.tenant_id IN (
                SELECT tenant_id
                FROM control_plane.tenants
                WHERE lease_expires_at < now()
                  AND tenant_id <> ALL ($4)
                  AND status IN ('provisioning', 'rolling_back')
                ORDER BY lease_expires_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED
              )
            RETURNING tenant.tenant_id, cluster, database_name, schema_name, role_name
            """,
        leases.replica(),
        leases.seconds(),
        atMost,
        leases.held());
  }
}
