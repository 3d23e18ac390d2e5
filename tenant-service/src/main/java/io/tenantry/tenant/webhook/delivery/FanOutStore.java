package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.tenant.webhook.endpoint.Owner;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Creates the deliveries of facts. */
@Singleton
class FanOutStore {

  /**
   * The id of a delivery, so that a fact has one message for each endpoint, whatever creates it.
   */
  private static final String DELIVERY_ID =
      "substring(encode(sha256(uuid_send(event_id) || uuid_send(endpoint_id)), 'hex'), 1, 32)::uuid";

  /** Whether an endpoint receives events like {@code event}, apart from its owner. */
  private static final String IS_WANTED =
      """
      (only_tenants IS NULL OR event.tenant_id = ANY (only_tenants))
        AND (event_types IS NULL OR event.type = ANY (event_types))
      """;

  private final Database database;

  FanOutStore(Database database) {
    this.database = database;
  }

  /** How many facts were queued, and for how many endpoints. */
  record Queued(int events, int deliveries) {}

  /**
   * Queues the oldest facts that are not queued, unless another replica is at it.
   *
   * @param limit the limit of deliveries, except that one fact is always queued for all endpoints
   * @param ofTenant the limit of endpoints of one tenant
   */
  Queued queue(Instant now, int limit, int ofTenant) {
    return database.inTransaction(
        sql -> {
          Long[] positions =
              sql.list(
                      row -> row.getLong("position"),
                      """
                      SELECT position
                      FROM control_plane.webhook_events
                      WHERE NOT is_queued
                        AND (SELECT pg_try_advisory_xact_lock(hashtext('webhook events')))
                      ORDER BY position
                      LIMIT (
                        SELECT greatest(1, $1 / greatest(1, $2 + count(*)))
                        FROM control_plane.webhook_endpoints
                        WHERE tenant_id IS NULL
                          AND status IN ('active', 'paused')
                      )
                      """,
                      limit,
                      ofTenant)
                  .toArray(Long[]::new);
          if (positions.length == 0) {
            return new Queued(0, 0);
          }
          int deliveries = createDeliveries(sql, positions, now);
          sql.send(
              "UPDATE control_plane.webhook_events SET is_queued = true WHERE position = ANY ($1)",
              (Object) positions);
          return new Queued(positions.length, deliveries);
        });
  }

  private static int createDeliveries(Sql sql, Long[] positions, Instant now) {
    Set<UUID> endpoints = new HashSet<>();
    int deliveries = 0;
    for (Row row :
        sql.run(
            """
            INSERT INTO control_plane.webhook_deliveries
              (event_position, endpoint_id, delivery_id, tenant_id, type, due_at, created_at)
            SELECT position, endpoint_id, %1$s, event.tenant_id, event.type, $2::timestamptz, $2::timestamptz
            FROM control_plane.webhook_events AS event
            JOIN control_plane.webhook_endpoints AS endpoint ON endpoint.tenant_id = event.tenant_id
            WHERE position = ANY ($1)
              AND status IN ('active', 'paused')
              AND %2$s
            UNION ALL
            SELECT position, endpoint_id, %1$s, event.tenant_id, event.type, $2::timestamptz, $2::timestamptz
            FROM control_plane.webhook_events AS event
            CROSS JOIN control_plane.webhook_endpoints AS endpoint
            WHERE position = ANY ($1)
              AND endpoint.tenant_id IS NULL
              AND status IN ('active', 'paused')
              AND %2$s
            ON CONFLICT DO NOTHING
            RETURNING endpoint_id
            """
                .formatted(DELIVERY_ID, IS_WANTED),
            positions,
            now)) {
      endpoints.add(row.getUUID("endpoint_id"));
      deliveries++;
    }
    if (!endpoints.isEmpty()) {
      QueueStore.announce(sql, endpoints.toArray(UUID[]::new), now);
    }
    return deliveries;
  }

  /** A part of the facts that {@link #queueMissing} went through. */
  record Part(long last, int deliveries) {}

  /**
   * Queues facts that an endpoint wants and that were never queued for it, such as those from
   * before it was created, or from while it was disabled.
   *
   * @param after the position after which to start; {@link Part#last} of the previous call
   * @return with {@code last} 0 if there are no more facts
   */
  Part queueMissing(
      Owner owner, UUID endpointId, Period period, long after, Instant now, int limit) {
    return database.inTransaction(
        sql -> {
          Part part =
              sql.one(
                  row -> new Part(row.getLong("last"), row.getInteger("deliveries")),
                  """
                  WITH event AS (
                    SELECT position, event_id, tenant_id, type
                    FROM control_plane.webhook_events
                    WHERE position > $4
                      AND recorded_at >= $5
                      AND recorded_at < $6
                      AND is_queued
                      AND ($2::uuid IS NULL OR tenant_id = $2)
                    ORDER BY position
                    LIMIT $7
                  ), queued AS (
                    INSERT INTO control_plane.webhook_deliveries
                      (event_position, endpoint_id, delivery_id, tenant_id, type, due_at, created_at)
                    SELECT position, endpoint_id, %s, event.tenant_id, event.type, $3::timestamptz, $3::timestamptz
                    FROM event
                    CROSS JOIN control_plane.webhook_endpoints AS endpoint
                    WHERE endpoint_id = $1
                      AND endpoint.tenant_id IS NOT DISTINCT FROM $2
                      AND status IN ('active', 'paused')
                      AND %s
                    ON CONFLICT DO NOTHING
                    RETURNING 1
                  )
                  SELECT coalesce((SELECT max(position) FROM event), 0) AS last,
                    (SELECT count(*) FROM queued)::integer AS deliveries
                  """
                      .formatted(DELIVERY_ID, IS_WANTED),
                  endpointId,
                  owner.tenantId(),
                  now,
                  after,
                  period.since(),
                  period.until(),
                  limit);
          if (part.deliveries() > 0) {
            QueueStore.announce(sql, new UUID[] {endpointId}, now);
          }
          return part;
        });
  }
}
