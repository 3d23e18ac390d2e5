package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.QueryConditions;
import io.tenantry.kernel.http.Page;
import io.tenantry.tenant.webhook.delivery.DeliveryDetails.LoggedAttempt;
import io.tenantry.tenant.webhook.endpoint.Owner;
import io.tenantry.tenant.webhook.event.Messages;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the log of deliveries, and makes them pending again. */
@Singleton
class DeliveryLogStore {

  private static final String SELECT =
      """
      SELECT delivery.delivery_id, delivery.endpoint_id, event_id, delivery.type,
        delivery.tenant_id, delivery.status, attempts, last_code, last_error, delivery.created_at,
        due_at, finished_at, occurred_at, data
      FROM control_plane.webhook_deliveries AS delivery
      JOIN control_plane.webhook_endpoints AS endpoint USING (endpoint_id)
      JOIN control_plane.webhook_events AS event ON event.position = event_position
      WHERE endpoint.tenant_id IS NOT DISTINCT FROM $1
        AND endpoint.status <> 'deleted'
      """;

  private final Database database;

  DeliveryLogStore(Database database) {
    this.database = database;
  }

  /** A page of an owner's deliveries, newest event first. */
  Page<Delivery> list(Owner owner, DeliveryFilter filter, @Nullable UUID after, int limit) {
    QueryConditions conditions =
        new QueryConditions(owner.tenantId())
            .and("delivery.endpoint_id = $%d", filter.endpointId())
            .and("delivery.tenant_id = $%d", filter.tenantId())
            .and("delivery.status = $%d", filter.status())
            .and("delivery.type = $%d", filter.type())
            .and("delivery.created_at >= $%d", filter.from())
            .and("delivery.created_at < $%d", filter.to())
            .and(
                """
                (event_position, endpoint_id) < (
                  SELECT event_position, endpoint_id
                  FROM control_plane.webhook_deliveries
                  WHERE delivery_id = $%d
                )""",
                after);
    return Page.of(
        database.list(
            DeliveryLogStore::delivery,
            SELECT
                + conditions
                + "ORDER BY event_position DESC, endpoint_id DESC LIMIT "
                + conditions.bind(limit + 1),
            conditions.values().toArray()),
        limit,
        Delivery::deliveryId);
  }

  /** A delivery of this owner, with its attempts. */
  Optional<DeliveryDetails> find(Owner owner, UUID deliveryId) {
    return database.inTransaction(
        sql ->
            sql.first(
                    row -> row,
                    SELECT + "AND delivery.delivery_id = $2",
                    owner.tenantId(),
                    deliveryId)
                .map(
                    row ->
                        new DeliveryDetails(
                            delivery(row),
                            Messages.payload(
                                row.getString("type"),
                                Columns.instant(row, "occurred_at"),
                                row.getString("data")),
                            sql.list(
                                DeliveryLogStore::attempt,
                                """
                                SELECT attempt, attempted_at, latency_ms, code, error, response
                                FROM control_plane.webhook_attempts
                                WHERE delivery_id = $1
                                ORDER BY attempt
                                """,
                                deliveryId))));
  }

  /** Makes a delivery pending, with the whole schedule before it. */
  void resend(UUID endpointId, UUID deliveryId, Instant now) {
    database.transact(
        sql -> {
          sql.send(
              """
              UPDATE control_plane.webhook_deliveries
              SET status = 'pending', step = 0, due_at = $2, finished_at = NULL
              WHERE delivery_id = $1
              """,
              deliveryId,
              now);
          QueueStore.announce(sql, new UUID[] {endpointId}, now);
        });
  }

  /** Makes failed deliveries of an endpoint pending; returns their number. */
  int resendFailed(Owner owner, UUID endpointId, Period period, Instant now, int limit) {
    return database.inTransaction(
        sql -> {
          int changed =
              sql.changed(
                  """
                  UPDATE control_plane.webhook_deliveries AS delivery
                  SET status = 'pending', step = 0, due_at = $3, finished_at = NULL
                  FROM (
                    SELECT event_position, endpoint_id
                    FROM control_plane.webhook_deliveries AS failed
                    JOIN control_plane.webhook_endpoints AS endpoint USING (endpoint_id)
                    WHERE endpoint_id = $1
                      AND endpoint.tenant_id IS NOT DISTINCT FROM $2
                      AND endpoint.status IN ('active', 'paused')
                      AND failed.status = 'failed'
                      AND failed.created_at >= $4
                      AND failed.created_at < $5
                    ORDER BY event_position
                    LIMIT $6
                    FOR UPDATE OF failed SKIP LOCKED
                  ) AS failed
                  WHERE delivery.event_position = failed.event_position
                    AND delivery.endpoint_id = failed.endpoint_id
                  """,
                  endpointId,
                  owner.tenantId(),
                  now,
                  period.since(),
                  period.until(),
                  limit);
          if (changed > 0) {
            QueueStore.announce(sql, new UUID[] {endpointId}, now);
          }
          return changed;
        });
  }

  private static Delivery delivery(Row row) {
    boolean pending = row.getString("status").equals("pending");
    return new Delivery(
        row.getUUID("delivery_id"),
        Messages.id(row.getUUID("delivery_id")),
        row.getUUID("endpoint_id"),
        row.getUUID("event_id"),
        row.getString("type"),
        Optional.ofNullable(row.getUUID("tenant_id")),
        row.getString("status"),
        row.getInteger("attempts"),
        Optional.ofNullable(row.getInteger("last_code")),
        Optional.ofNullable(row.getString("last_error")),
        Columns.instant(row, "created_at"),
        pending ? Optional.of(Columns.instant(row, "due_at")) : Optional.empty(),
        Columns.optionalInstant(row, "finished_at"));
  }

  private static LoggedAttempt attempt(Row row) {
    return new LoggedAttempt(
        row.getInteger("attempt"),
        Columns.instant(row, "attempted_at"),
        row.getInteger("latency_ms"),
        Optional.ofNullable(row.getInteger("code")),
        Optional.ofNullable(row.getString("error")),
        Optional.ofNullable(row.getString("response")));
  }
}
