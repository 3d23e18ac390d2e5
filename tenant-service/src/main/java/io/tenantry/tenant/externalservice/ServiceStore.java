package io.tenantry.tenant.externalservice;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.tenant.update.TenantUpdateRecords;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores tenants' services. */
@Singleton
final class ServiceStore {

  private static final String SELECT_SERVICE =
      """
      SELECT type, service_id, endpoint, status, registered, error, checked_at, created_at
      FROM control_plane.tenant_services
      """;

  private static final List<String> CHANGED = List.of("services");

  private final Database database;
  private final TenantUpdateRecords updates;

  ServiceStore(Database database, TenantUpdateRecords updates) {
    this.database = database;
    this.updates = updates;
  }

  List<TenantService> list(UUID tenantId) {
    return database.list(
        row ->
            new TenantService(
                row.getString("type"),
                row.getUUID("service_id"),
                Optional.ofNullable(row.getString("endpoint")),
                row.getString("status"),
                row.getBoolean("registered"),
                Optional.ofNullable(row.getString("error")),
                Columns.optionalInstant(row, "checked_at"),
                Columns.instant(row, "created_at")),
        SELECT_SERVICE + "WHERE tenant_id = $1 ORDER BY type",
        tenantId);
  }

  Optional<TenantService> find(UUID tenantId, String type) {
    return list(tenantId).stream().filter(service -> service.type().equals(type)).findFirst();
  }

  /** Records a service that is about to be registered, in the caller's transaction. */
  void add(Sql transaction, UUID tenantId, String type) {
    transaction.send(
        """
        INSERT INTO control_plane.tenant_services (tenant_id, type, status)
        VALUES ($1, $2, 'pending')
        """,
        tenantId,
        type);
  }

  /** Records that the service is called from now on, so that a rollback deregisters the tenant. */
  void recordCall(UUID tenantId, String type) {
    database.run(
        """
        UPDATE control_plane.tenant_services
        SET registered = true
        WHERE tenant_id = $1
          AND type = $2
        """,
        tenantId,
        type);
  }

  /**
   * Records the result of a registration.
   *
   * @param healthInterval the time until the first health check; empty for none
   */
  void complete(
      UUID tenantId,
      String type,
      Optional<UUID> serviceId,
      String endpoint,
      Optional<Duration> healthInterval) {
    database.transact(
        sql -> {
          sql.send(
              """
              UPDATE control_plane.tenant_services
              SET service_id = coalesce($3, service_id), endpoint = $4, status = 'active', error = NULL,
                next_check_at = now() + make_interval(secs => $5)
              WHERE tenant_id = $1
                AND type = $2
              """,
              tenantId,
              type,
              serviceId,
              endpoint,
              healthInterval);
          updates.publish(sql, tenantId, CHANGED);
        });
  }

  /** Enables or disables a service; false if the tenant does not have it, or it is pending. */
  boolean setEnabled(UUID tenantId, String type, boolean enabled) {
    return database.inTransaction(sql -> setEnabled(sql, tenantId, type, enabled));
  }

  private boolean setEnabled(Sql sql, UUID tenantId, String type, boolean enabled) {
    Optional<Boolean> wasEnabled =
        sql.first(
            row -> row.getBoolean(0),
            """
            SELECT status <> 'disabled'
            FROM control_plane.tenant_services
            WHERE tenant_id = $1
              AND type = $2
              AND status <> 'pending'
            FOR UPDATE
            """,
            tenantId,
            type);
    if (wasEnabled.isEmpty()) {
      return false;
    }
    sql.send(
        """
        UPDATE control_plane.tenant_services
        SET status = CASE
            WHEN NOT $3 THEN 'disabled'
            WHEN status = 'disabled' THEN 'active'
            ELSE status
          END,
          next_check_at = CASE WHEN $3 AND registered THEN now() END
        WHERE tenant_id = $1
          AND type = $2
        """,
        tenantId,
        type,
        enabled);
    updates.publish(sql, tenantId, wasEnabled.get() == enabled ? List.of() : CHANGED);
    return true;
  }

  void remove(UUID tenantId, String type) {
    database.transact(
        sql -> {
          boolean removed =
              sql.changedOne(
                  "DELETE FROM control_plane.tenant_services WHERE tenant_id = $1 AND type = $2",
                  tenantId,
                  type);
          updates.publish(sql, tenantId, removed ? CHANGED : List.of());
        });
  }

  /** A service whose health check is due. */
  record DueCheck(UUID tenantId, String type) {}

  /** Claims services whose check is due and schedules the next one; each goes to one replica. */
  List<DueCheck> takeDue(Duration interval, int atMost) {
    return database.list(
        row -> new DueCheck(row.getUUID("tenant_id"), row.getString("type")),
        """
        UPDATE control_plane.tenant_services
        SET next_check_at = now() + make_interval(secs => $1)
        WHERE (tenant_id, type) IN (
          SELECT tenant_id, type
          FROM control_plane.tenant_services
          JOIN control_plane.tenants USING (tenant_id)
          WHERE next_check_at <= now()
            AND tenants.status = 'active'
          ORDER BY next_check_at
          LIMIT $2
          FOR UPDATE OF tenant_services SKIP LOCKED
        )
        RETURNING tenant_id, type
        """,
        interval,
        atMost);
  }

  /** Records the result of a health check, unless the service was disabled in the meantime. */
  void recordHealth(DueCheck service, Optional<String> error) {
    database.run(
        """
        UPDATE control_plane.tenant_services
        SET status = CASE WHEN $3::text IS NULL THEN 'active' ELSE 'error' END,
          error = $3, checked_at = now()
        WHERE tenant_id = $1
          AND type = $2
          AND status IN ('active', 'error')
        """,
        service.tenantId(),
        service.type(),
        error);
  }
}
