package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.tenant.webhook.delivery.ClaimedQueue.DueDelivery;
import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.EndpointSecrets;
import io.tenantry.tenant.webhook.endpoint.EndpointStore;
import io.tenantry.tenant.webhook.event.Messages;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The queues of endpoints. A replica leases a queue to work on it, by the control database's clock;
 * when deliveries are due is by the clock of the service.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>A queue is leased in one statement, and its deliveries are read in the next: one statement
 *       would not see what the previous holder of the lease wrote last, and send it again.
 *   <li>Rows of several queues are locked in the order of their ids before they are changed.
 *   <li>An endpoint may be paused or deleted between two statements of a claim.
 *   <li>{@code next_at} is computed in a statement after the lock, so that it sees deliveries that
 *       were queued meanwhile.
 * </ul>
 */
@Singleton
class QueueStore {

  /** Of a tenant whose oldest pending message waits for its retry, nothing else is due. */
  private static final String IS_NEXT_IN_ORDER =
      """
      NOT EXISTS (
            SELECT
            FROM control_plane.webhook_deliveries AS earlier
            WHERE earlier.endpoint_id = delivery.endpoint_id
              AND earlier.tenant_id IS NOT DISTINCT FROM delivery.tenant_id
              AND earlier.status = 'pending'
              AND earlier.event_position < delivery.event_position
              AND earlier.due_at > $2
          )
      """;

  private final Database database;
  private final EndpointStore endpoints;

  QueueStore(Database database, EndpointStore endpoints) {
    this.database = database;
    this.endpoints = endpoints;
  }

  /**
   * Leases queues with due deliveries, of which no replica holds the lease, except those of failing
   * endpoints.
   *
   * @param queues the limit of queues
   * @param deliveries the limit of deliveries of one queue
   */
  List<ClaimedQueue> claim(Instant now, Duration lease, int queues, int deliveries) {
    return claim("failures < " + EndpointHealth.FAILING_FROM, now, lease, queues, deliveries);
  }

  /** Leases queues of failing endpoints, each with one delivery. */
  List<ClaimedQueue> claimFailing(Instant now, Duration lease, int queues) {
    return claim("failures >= " + EndpointHealth.FAILING_FROM, now, lease, queues, 1);
  }

  private List<ClaimedQueue> claim(
      String condition, Instant now, Duration lease, int queues, int deliveries) {
    UUID claim = UUID.randomUUID();
    return database.inTransaction(
        sql -> {
          UUID[] leased = lease(sql, condition, claim, now, lease, queues);
          if (leased.length == 0) {
            return List.of();
          }
          Map<UUID, List<DueDelivery>> due = new HashMap<>();
          for (Row row : dueDeliveries(sql, leased, now, deliveries)) {
            due.computeIfAbsent(row.getUUID("endpoint_id"), id -> new ArrayList<>())
                .add(delivery(row));
          }
          return sql.list(
              row -> queue(claim, row, due),
              "SELECT "
                  + EndpointStore.COLUMNS
                  + """
                    , secrets_encrypted, failures, last_failure_at, slowdowns, not_before,
                      generation
                    FROM control_plane.webhook_endpoints AS endpoint
                    JOIN control_plane.webhook_queues AS queue USING (endpoint_id)
                    WHERE endpoint.endpoint_id = ANY ($1)
                      AND endpoint.status = 'active'
                    """,
              (Object) leased);
        });
  }

  private static UUID[] lease(
      Sql sql, String condition, UUID claim, Instant now, Duration lease, int limit) {
    return sql.list(
            row -> row.getUUID("endpoint_id"),
            """
            WITH due AS (
              SELECT endpoint_id
              FROM control_plane.webhook_queues AS queue
              JOIN control_plane.webhook_endpoints AS endpoint USING (endpoint_id)
              WHERE next_at <= $2
                AND (not_before IS NULL OR not_before <= $2)
                AND (lease_expires_at IS NULL OR lease_expires_at <= now())
                AND endpoint.status = 'active'
                AND %s
              ORDER BY next_at
              LIMIT $4
              FOR UPDATE OF queue SKIP LOCKED
            )
            UPDATE control_plane.webhook_queues AS queue
            SET lease_owner = $1, lease_expires_at = now() + make_interval(secs => $3)
            FROM due
            WHERE queue.endpoint_id = due.endpoint_id
            RETURNING queue.endpoint_id
            """
                .formatted(condition),
            claim,
            now,
            lease,
            limit)
        .toArray(UUID[]::new);
  }

  private static Iterable<Row> dueDeliveries(Sql sql, UUID[] leased, Instant now, int limit) {
    return sql.run(
        """
        SELECT delivery.*, event.occurred_at, event.data
        FROM control_plane.webhook_endpoints AS endpoint
        CROSS JOIN LATERAL (
          (
            SELECT endpoint_id, event_position, delivery_id, tenant_id, type, attempts, step
            FROM control_plane.webhook_deliveries AS delivery
            WHERE NOT endpoint.ordered
              AND delivery.endpoint_id = endpoint.endpoint_id
              AND status = 'pending'
              AND due_at <= $2
            ORDER BY due_at
            LIMIT $3
          )
          UNION ALL
          (
            SELECT endpoint_id, event_position, delivery_id, tenant_id, type, attempts, step
            FROM control_plane.webhook_deliveries AS delivery
            WHERE endpoint.ordered
              AND delivery.endpoint_id = endpoint.endpoint_id
              AND status = 'pending'
              AND due_at <= $2
              AND %s
            ORDER BY event_position
            LIMIT $3
          )
        ) AS delivery
        JOIN control_plane.webhook_events AS event ON event.position = delivery.event_position
        WHERE endpoint.endpoint_id = ANY ($1)
        ORDER BY delivery.event_position
        """
            .formatted(IS_NEXT_IN_ORDER),
        leased,
        now,
        limit);
  }

  private static DueDelivery delivery(Row row) {
    return new DueDelivery(
        row.getUUID("delivery_id"),
        Optional.ofNullable(row.getUUID("tenant_id")),
        row.getInteger("attempts"),
        row.getInteger("step"),
        Messages.payload(
            row.getString("type"), Columns.instant(row, "occurred_at"), row.getString("data")));
  }

  private static ClaimedQueue queue(UUID claim, Row row, Map<UUID, List<DueDelivery>> due) {
    Endpoint endpoint = EndpointStore.read(row);
    return new ClaimedQueue(
        claim,
        row.getInteger("generation"),
        endpoint,
        row.getBuffer("secrets_encrypted"),
        new EndpointHealth(
            row.getInteger("failures"),
            endpoint.failingSince(),
            Columns.optionalInstant(row, "last_failure_at"),
            row.getInteger("slowdowns"),
            Columns.optionalInstant(row, "not_before"),
            Optional.empty()),
        due.getOrDefault(endpoint.endpointId(), List.of()));
  }

  /**
   * Stores results in the caller's transaction. The result of an attempt whose number was stored
   * before is dropped: another replica took the queue over and made it again. So is the second of
   * two results of one delivery, which were made because the first was not stored before its lease
   * expired.
   */
  void store(Sql transaction, List<AttemptResult> results) {
    transaction.send(
        """
        WITH result AS (
          SELECT DISTINCT ON (delivery_id) *
          FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::integer[], $5::timestamptz[],
              $6::timestamptz[], $7::integer[], $8::integer[], $9::text[], $10::text[])
            WITH ORDINALITY
            AS result (delivery_id, attempt, status, step, due_at, attempted_at, latency_ms, code,
              error, response, place)
          ORDER BY delivery_id, place
        ), stored AS (
          UPDATE control_plane.webhook_deliveries AS delivery
          SET status = result.status, attempts = attempt, step = result.step,
            due_at = coalesce(result.due_at, delivery.due_at),
            finished_at = CASE WHEN result.due_at IS NULL THEN attempted_at END,
            last_code = code, last_error = error
          FROM result
          WHERE delivery.delivery_id = result.delivery_id
            AND attempts = attempt - 1
          RETURNING delivery.delivery_id
        )
        INSERT INTO control_plane.webhook_attempts
          (delivery_id, attempt, attempted_at, latency_ms, code, error, response)
        SELECT delivery_id, attempt, attempted_at, latency_ms, code, error, response
        FROM result
        JOIN stored USING (delivery_id)
        """,
        column(results, UUID[]::new, result -> result.delivery().deliveryId()),
        column(results, Integer[]::new, result -> result.delivery().attempts() + 1),
        column(results, String[]::new, QueueStore::status),
        column(results, Integer[]::new, QueueStore::step),
        column(results, OffsetDateTime[]::new, QueueStore::dueAt),
        column(results, OffsetDateTime[]::new, result -> time(result.attempt().at())),
        column(results, Integer[]::new, result -> (int) result.attempt().latency().toMillis()),
        column(results, Integer[]::new, result -> result.attempt().code().orElse(null)),
        column(results, String[]::new, result -> result.attempt().error().orElse(null)),
        column(results, String[]::new, result -> result.attempt().response().orElse(null)));
  }

  private static String status(AttemptResult result) {
    return switch (result.decision()) {
      case DeliveryDecision.Delivered() -> "delivered";
      case DeliveryDecision.Retry retry -> "pending";
      case DeliveryDecision.Failed() -> "failed";
    };
  }

  private static int step(AttemptResult result) {
    return result.attempt().succeeded() ? result.delivery().step() : result.delivery().step() + 1;
  }

  private static @Nullable OffsetDateTime dueAt(AttemptResult result) {
    return result.decision() instanceof DeliveryDecision.Retry(Instant at) ? time(at) : null;
  }

  /**
   * Gives queues back in the caller's transaction, after their results were stored. The health of
   * an endpoint that was resumed or got another URL meanwhile is not stored.
   *
   * @param now until when deliveries are due
   */
  void release(Sql transaction, List<QueueRelease> releases, Instant now) {
    UUID[] ids = column(releases, UUID[]::new, release -> release.queue().endpoint().endpointId());
    lockQueues(transaction, ids);
    transaction.send(
        """
        UPDATE control_plane.webhook_queues AS queue
        SET lease_owner = NULL, lease_expires_at = NULL,
          (failures, failing_since, last_failure_at, slowdowns, not_before) = (
            SELECT released.failures, released.failing_since, released.last_failure_at,
              released.slowdowns, released.not_before
            WHERE queue.generation = released.generation
            UNION ALL
            SELECT queue.failures, queue.failing_since, queue.last_failure_at, queue.slowdowns,
              queue.not_before
            WHERE queue.generation <> released.generation
          ),
          next_at = CASE
            WHEN NOT ordered THEN (
              SELECT min(due_at)
              FROM control_plane.webhook_deliveries AS delivery
              WHERE delivery.endpoint_id = queue.endpoint_id
                AND delivery.status = 'pending'
            )
            WHEN EXISTS (
              SELECT
              FROM control_plane.webhook_deliveries AS delivery
              WHERE delivery.endpoint_id = queue.endpoint_id
                AND delivery.status = 'pending'
                AND due_at <= $2
                AND %s
            ) THEN $2
            ELSE (
              SELECT min(due_at)
              FROM control_plane.webhook_deliveries AS delivery
              WHERE delivery.endpoint_id = queue.endpoint_id
                AND delivery.status = 'pending'
                AND due_at > $2
            )
          END
        FROM unnest($1::uuid[], $3::uuid[], $4::integer[], $5::timestamptz[], $6::timestamptz[],
            $7::integer[], $8::timestamptz[], $9::integer[])
          AS released (endpoint_id, claim, failures, failing_since, last_failure_at, slowdowns,
            not_before, generation)
        JOIN control_plane.webhook_endpoints AS endpoint USING (endpoint_id)
        WHERE queue.endpoint_id = released.endpoint_id
          AND lease_owner = claim
        """
            .formatted(IS_NEXT_IN_ORDER),
        ids,
        now,
        column(releases, UUID[]::new, release -> release.queue().claim()),
        column(releases, Integer[]::new, release -> release.health().failures()),
        column(releases, OffsetDateTime[]::new, release -> time(release.health().failingSince())),
        column(releases, OffsetDateTime[]::new, release -> time(release.health().lastFailureAt())),
        column(releases, Integer[]::new, release -> release.health().slowdowns()),
        column(releases, OffsetDateTime[]::new, release -> time(release.health().notBefore())),
        column(releases, Integer[]::new, release -> release.queue().generation()));
  }

  /**
   * Disables the endpoint of a claimed queue in the caller's transaction, before the queue is given
   * back.
   *
   * @return false if it was disabled, deleted, resumed or got another URL meanwhile
   */
  boolean disable(Sql transaction, ClaimedQueue queue, String reason) {
    UUID endpointId = queue.endpoint().endpointId();
    // A change of the generation holds this lock.
    transaction.send(
        "SELECT FROM control_plane.webhook_endpoints WHERE endpoint_id = $1 FOR NO KEY UPDATE",
        endpointId);
    return transaction.changedOne(
        """
        UPDATE control_plane.webhook_endpoints AS endpoint
        SET status = 'disabled', disabled_reason = $2, updated_at = now()
        FROM control_plane.webhook_queues AS queue
        WHERE endpoint.endpoint_id = $1
          AND endpoint.status IN ('active', 'paused')
          AND queue.endpoint_id = $1
          AND lease_owner = $3
          AND generation = $4
        """,
        endpointId,
        reason,
        queue.claim(),
        queue.generation());
  }

  /** Records in the caller's transaction that these queues have deliveries that are due. */
  static void announce(Sql transaction, UUID[] endpointIds, Instant now) {
    lockQueues(transaction, endpointIds);
    transaction.send(
        """
        UPDATE control_plane.webhook_queues
        SET next_at = least(next_at, $2)
        WHERE endpoint_id = ANY ($1)
        """,
        endpointIds,
        now);
  }

  private static void lockQueues(Sql transaction, UUID[] endpointIds) {
    transaction.send(
        """
        SELECT
        FROM control_plane.webhook_queues
        WHERE endpoint_id = ANY ($1)
        ORDER BY endpoint_id
        FOR UPDATE
        """,
        (Object) endpointIds);
  }

  private static <T, C extends @Nullable Object> C[] column(
      List<T> rows, IntFunction<C[]> array, Function<T, C> value) {
    return rows.stream().map(value).toArray(array);
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable OffsetDateTime time(Optional<Instant> instant) {
    return instant.map(QueueStore::time).orElse(null);
  }

  /** The secrets of a claimed queue. */
  EndpointSecrets secrets(ClaimedQueue queue) {
    return endpoints.decrypt(queue.endpoint().endpointId(), queue.secrets());
  }
}
