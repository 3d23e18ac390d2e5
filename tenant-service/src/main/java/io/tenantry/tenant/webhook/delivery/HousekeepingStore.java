package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.time.Instant;

/** Removes rows of webhooks that are no longer needed, in batches. */
@Singleton
class HousekeepingStore {

  private final Database database;

  HousekeepingStore(Database database) {
    this.database = database;
  }

  /** Gives up what was queued for endpoints when they were disabled. */
  int failPendingOfDisabled(int limit) {
    return database.changed(
        """
        UPDATE control_plane.webhook_deliveries AS delivery
        SET status = 'failed', finished_at = now(), last_code = NULL,
          last_error = 'The endpoint was disabled.'
        FROM (
          SELECT event_position, endpoint_id
          FROM control_plane.webhook_endpoints AS endpoint
          JOIN control_plane.webhook_deliveries AS pending USING (endpoint_id)
          WHERE endpoint.status = 'disabled'
            AND pending.status = 'pending'
          LIMIT $1
          FOR UPDATE OF pending SKIP LOCKED
        ) AS pending
        WHERE delivery.event_position = pending.event_position
          AND delivery.endpoint_id = pending.endpoint_id
        """,
        limit);
  }

  /**
   * Deletes the endpoints of deleted tenants once nothing about the tenant waits to be queued or
   * sent to them. A paused endpoint, which sends nothing, is deleted after five days, longer than
   * any retry takes.
   */
  int deleteEndpointsOfDeletedTenants() {
    return database.changed(
        """
        UPDATE control_plane.webhook_endpoints AS endpoint
        SET status = 'deleted', secrets_encrypted = NULL, encryption_key_id = NULL,
          secrets_expire_at = NULL, header_names = '{}', updated_at = now()
        FROM control_plane.tenants AS tenant
        WHERE tenant.tenant_id = endpoint.tenant_id
          AND tenant.status = 'deleted'
          AND endpoint.status <> 'deleted'
          AND NOT EXISTS (
            SELECT
            FROM control_plane.webhook_events AS event
            WHERE event.tenant_id = endpoint.tenant_id
              AND NOT is_queued
          )
          AND (
            deleted_at < now() - interval '5 days'
            OR NOT EXISTS (
              SELECT
              FROM control_plane.webhook_deliveries AS delivery
              WHERE delivery.endpoint_id = endpoint.endpoint_id
                AND delivery.status = 'pending'
            )
          )
        """);
  }

  /** Removes the log of deleted endpoints. */
  int removeLogOfDeleted(int limit) {
    return database.changed(
        """
        DELETE FROM control_plane.webhook_deliveries AS delivery
        USING (
          SELECT event_position, endpoint_id
          FROM control_plane.webhook_endpoints AS endpoint
          JOIN control_plane.webhook_deliveries AS deleted USING (endpoint_id)
          WHERE endpoint.status = 'deleted'
          LIMIT $1
          FOR UPDATE OF deleted SKIP LOCKED
        ) AS deleted
        WHERE delivery.event_position = deleted.event_position
          AND delivery.endpoint_id = deleted.endpoint_id
        """,
        limit);
  }

  /** Removes deleted endpoints without a log. */
  void removeDeletedEndpoints() {
    database.run(
        """
        DELETE FROM control_plane.webhook_endpoints AS endpoint
        WHERE status = 'deleted'
          AND NOT EXISTS (
            SELECT
            FROM control_plane.webhook_deliveries AS delivery
            WHERE delivery.endpoint_id = endpoint.endpoint_id
          )
        """);
  }

  /**
   * Removes the log of events that were recorded before this time, except what is still sent again.
   */
  int removeOldLog(Instant before, int limit) {
    return database.changed(
        """
        DELETE FROM control_plane.webhook_deliveries AS delivery
        USING (
          SELECT event_position, endpoint_id
          FROM control_plane.webhook_deliveries AS delivery
          JOIN control_plane.webhook_endpoints AS endpoint USING (endpoint_id)
          WHERE event_position <= (
            SELECT position
            FROM control_plane.webhook_events
            WHERE recorded_at < $1
            ORDER BY recorded_at DESC
            LIMIT 1
          )
            AND NOT (delivery.status = 'pending' AND endpoint.status = 'active')
          ORDER BY event_position
          LIMIT $2
          FOR UPDATE OF delivery SKIP LOCKED
        ) AS old
        WHERE delivery.event_position = old.event_position
          AND delivery.endpoint_id = old.endpoint_id
        """,
        before,
        limit);
  }

  /** Removes events that were recorded before this time and have no deliveries left. */
  int removeOldEvents(Instant before, int limit) {
    return database.changed(
        """
        DELETE FROM control_plane.webhook_events
        WHERE position IN (
          SELECT position
          FROM control_plane.webhook_events AS event
          WHERE recorded_at < $1
            AND NOT EXISTS (
              SELECT
              FROM control_plane.webhook_deliveries AS delivery
              WHERE delivery.event_position = event.position
            )
          ORDER BY recorded_at
          LIMIT $2
          FOR UPDATE SKIP LOCKED
        )
        """,
        before,
        limit);
  }

  /**
   * Removes events about tenants that were purged from the registry, with the operator's log of
   * them, after the retries of the last message. What waits for a paused endpoint is kept like
   * other messages.
   */
  int removeEventsOfPurgedTenants(int limit) {
    return database.changed(
        """
        DELETE FROM control_plane.webhook_events
        WHERE position IN (
          SELECT position
          FROM control_plane.webhook_events AS event
          WHERE tenant_id IS NOT NULL
            AND recorded_at < now() - interval '5 days'
            AND NOT EXISTS (
              SELECT
              FROM control_plane.tenants AS tenant
              WHERE tenant.tenant_id = event.tenant_id
            )
            AND NOT EXISTS (
              SELECT
              FROM control_plane.webhook_deliveries AS delivery
              WHERE delivery.event_position = event.position
                AND delivery.status = 'pending'
            )
          LIMIT $1
          FOR UPDATE SKIP LOCKED
        )
        """,
        limit);
  }

  void removeExpiredPortalLinks() {
    database.run("DELETE FROM control_plane.portal_links WHERE expires_at <= now()");
  }
}
