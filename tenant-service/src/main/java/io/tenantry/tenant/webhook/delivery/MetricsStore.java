package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.tenant.webhook.endpoint.EndpointStatus;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Counts endpoints and waiting deliveries. */
@Singleton
final class MetricsStore {

  private final Database database;

  MetricsStore(Database database) {
    this.database = database;
  }

  Map<EndpointStatus, Long> endpointsByStatus() {
    Map<EndpointStatus, Long> counts = new EnumMap<>(EndpointStatus.class);
    database
        .run(
            """
            SELECT status, count(*) AS endpoints
            FROM control_plane.webhook_endpoints
            WHERE status <> 'deleted'
            GROUP BY status
            """)
        .forEach(
            row ->
                counts.put(EndpointStatus.of(row.getString("status")), row.getLong("endpoints")));
    return counts;
  }

  /**
   * Since when the queue that waits longest has a due delivery, or when the next one is due; of
   * endpoints that are active and do not fail every time.
   */
  Optional<Instant> oldestDue() {
    return database.first(
        row -> Columns.instant(row, "next_at"),
        """
        SELECT next_at
        FROM control_plane.webhook_queues AS queue
        JOIN control_plane.webhook_endpoints AS endpoint USING (endpoint_id)
        WHERE next_at IS NOT NULL
          AND endpoint.status = 'active'
          AND failures = 0
        ORDER BY next_at
        LIMIT 1
        """);
  }
}
