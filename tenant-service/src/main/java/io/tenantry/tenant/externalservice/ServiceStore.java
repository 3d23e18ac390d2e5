package io.tenantry.tenant.externalservice;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores which services a tenant has. */
@Singleton
final class ServiceStore {

  private static final String SELECT_SERVICE =
      """
      SELECT type, service_id, endpoint, status, registered, error, checked_at, created_at
      FROM control_plane.tenant_services
      """;

  private final Database database;

  ServiceStore(Database database) {
    this.database = database;
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

  /** Writes down a service that is about to be registered, in the caller's transaction. */
  void add(Sql transaction, UUID tenantId, String type) {
    transaction.send(
        """
        INSERT INTO control_plane.tenant_services (tenant_id, type, status)
        VALUES ($1, $2, 'pending')
        """,
        tenantId,
        type);
  }

  /** Notes that the service is told from here on, so that an undo tells it, too. */
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
   * Notes what came of a registration.
   *
   * @param healthInterval after how long its health is checked first; empty for never
   */
  void complete(
      UUID tenantId,
      String type,
      Optional<UUID> serviceId,
      String endpoint,
      Optional<Duration> healthInterval) {
    database.run(
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
  }

  /** Disables or enables a service; false if the tenant has none of this type, or it is pending. */
  boolean setEnabled(UUID tenantId, String type, boolean enabled) {
    return database.changedOne(
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
          AND status <> 'pending'
        """,
        tenantId,
        type,
        enabled);
  }

  void remove(UUID tenantId, String type) {
    database.run(
        "DELETE FROM control_plane.tenant_services WHERE tenant_id = $1 AND type = $2",
        tenantId,
        type);
  }

  /** A service whose health is to be checked. */
  record DueCheck(UUID tenantId, String type) {}

  /** Takes services whose check is due, and sets the next; over all replicas each is taken once. */
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

  /** Notes how a service fares, unless it was disabled meanwhile. */
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
