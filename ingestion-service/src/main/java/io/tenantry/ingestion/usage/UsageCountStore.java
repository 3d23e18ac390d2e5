package io.tenantry.ingestion.usage;

import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Stores counts of usage. */
@Singleton
final class UsageCountStore {

  private static final int BATCH = 5000;

  private final Database database;

  UsageCountStore(Database database) {
    this.database = database;
  }

  /** The total so far that a replica has counted for a tenant in an hour. */
  record Total(
      UUID tenantId,
      Instant hour,
      long eventsCaptured,
      long bytesCaptured,
      long eventsDelivered,
      long bytesDelivered) {}

  /** Replaces the replica's totals of these tenants and hours. */
  void write(UUID replica, List<Total> totals) {
    for (int from = 0; from < totals.size(); from += BATCH) {
      List<Total> batch = totals.subList(from, Math.min(from + BATCH, totals.size()));
      database.run(
          """
          INSERT INTO ingestion.usage_counts
            (replica, tenant_id, hour, events_captured, bytes_captured, events_delivered, bytes_delivered)
          SELECT $1, *
          FROM unnest($2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
          ON CONFLICT (hour, tenant_id, replica) DO UPDATE
          SET events_captured = excluded.events_captured, bytes_captured = excluded.bytes_captured,
            events_delivered = excluded.events_delivered, bytes_delivered = excluded.bytes_delivered
          """,
          replica,
          column(batch, UUID[]::new, Total::tenantId),
          column(batch, OffsetDateTime[]::new, total -> total.hour().atOffset(ZoneOffset.UTC)),
          column(batch, Long[]::new, Total::eventsCaptured),
          column(batch, Long[]::new, Total::bytesCaptured),
          column(batch, Long[]::new, Total::eventsDelivered),
          column(batch, Long[]::new, Total::bytesDelivered));
    }
  }

  private static <C> C[] column(
      List<Total> totals, IntFunction<C[]> array, Function<Total, C> value) {
    return totals.stream().map(value).toArray(array);
  }

  /** Removes counts that tenant-service has copied long ago. */
  void prune() {
    database.run("DELETE FROM ingestion.usage_counts WHERE hour < now() - interval '7 days'");
  }
}
