package io.tenantry.tenant.usage;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
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
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The sampler's lease, its work and its results. Every write requires the lease, so that a replica
 * that has lost it writes nothing; and no write counts anything twice.
 */
@Singleton
class SamplerStore {

  private final Database database;

  SamplerStore(Database database) {
    this.database = database;
  }

  /**
   * Whether sampling keeps up.
   *
   * @param rollUpAgeSeconds how long ago the hour up to which usage is complete ended; 0 if there
   *     is none yet
   * @param tenants tenants that existed during the whole hour before that
   * @param gaps those of them without a measurement in that hour
   */
  record State(long rollUpAgeSeconds, long tenants, long gaps) {}

  State state() {
    return database.one(
        row -> new State(row.getLong("age"), row.getLong("tenants"), row.getLong("gaps")),
        """
        SELECT greatest(0, coalesce(extract(epoch FROM now() - rolled_up_to), 0))::bigint AS age, tenants, gaps
        FROM control_plane.usage_sampler
        CROSS JOIN LATERAL (
          SELECT count(*) AS tenants, count(*) FILTER (WHERE storage_bytes IS NULL) AS gaps
          FROM control_plane.usage_tenants AS tenant
          LEFT JOIN control_plane.usage_hourly AS sample
            ON sample.tenant_id = tenant.tenant_id AND hour = rolled_up_to - interval '1 hour'
          WHERE created_at < rolled_up_to - interval '1 hour'
            AND deleted_at IS NULL
        ) AS measured
        """);
  }

  /** Thrown if another replica has the lease. */
  static final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLost() {
      super("another replica samples now");
    }
  }

  /** Takes or renews the lease; returns the time of the control database if it was granted. */
  Optional<Instant> lease(UUID replica, Duration length) {
    return database.first(
        row -> Columns.instant(row, "now"),
        """
        UPDATE control_plane.usage_sampler
        SET holder = $1, lease_expires_at = now() + make_interval(secs => $2)
        WHERE holder = $1
          OR holder IS NULL
          OR lease_expires_at < now()
        RETURNING now() AS now
        """,
        replica,
        length);
  }

  /** Gives the lease back. */
  void release(UUID replica) {
    database.run(
        """
        UPDATE control_plane.usage_sampler
        SET holder = NULL, lease_expires_at = NULL
        WHERE holder = $1
        """,
        replica);
  }

  /** Requires the lease until the end of the transaction: no replica can take it before. */
  static void requireLease(Sql transaction, UUID replica) {
    if (!transaction.exists(
        """
        SELECT
        FROM control_plane.usage_sampler
        WHERE holder = $1
          AND lease_expires_at > clock_timestamp()
        FOR SHARE
        """,
        replica)) {
      throw new LeaseLost();
    }
  }

  /** The tenants that have data and are not being deleted. */
  List<SampledTenant> tenants(Instant hour) {
    return database.list(
        row ->
            new SampledTenant(
                row.getUUID("tenant_id"),
                row.getString("cluster"),
                row.getString("database_name"),
                row.getString("schema_name"),
                row.getString("role_name"),
                row.getBoolean("measured")),
        """
        SELECT tenants.tenant_id, cluster, database_name, schema_name, role_name, storage_bytes IS NOT NULL AS measured
        FROM control_plane.tenants
        JOIN control_plane.tenant_databases ON tenant_databases.tenant_id = tenants.tenant_id
        LEFT JOIN control_plane.usage_hourly AS sample ON sample.tenant_id = tenants.tenant_id AND hour = $1
        WHERE status IN ('active', 'suspended')
        """,
        hour);
  }

  /**
   * Adds measurements to an hour. Of storage and tables the first measurement counts; of
   * connections the highest; of counters the difference to the last reading, which they replace.
   */
  void add(UUID replica, Instant hour, List<Measurement> measurements) {
    database.transact(
        sql -> {
          requireLease(sql, replica);
          addCounters(sql, hour, measurements);
          insert(sql, hour, measurements);
        });
  }

  private static void insert(Sql sql, Instant hour, List<Measurement> measurements) {
    sql.run(
        """
        INSERT INTO control_plane.usage_hourly AS sample (tenant_id, hour, storage_bytes, tables, connections_peak)
        SELECT tenant_id, $1::timestamptz, storage_bytes, tables, connections
        FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::integer[])
          AS measured (tenant_id, storage_bytes, tables, connections)
        ON CONFLICT (tenant_id, hour) DO UPDATE
        SET storage_bytes = coalesce(sample.storage_bytes, excluded.storage_bytes),
          tables = coalesce(sample.tables, excluded.tables),
          connections_peak = greatest(sample.connections_peak, excluded.connections_peak)
        """,
        hour,
        column(measurements, UUID[]::new, Measurement::tenantId),
        column(measurements, Long[]::new, each -> value(each.storageBytes())),
        column(measurements, Long[]::new, each -> value(each.tables())),
        column(
            measurements,
            Integer[]::new,
            each -> each.connections().isPresent() ? each.connections().getAsInt() : null));
  }

  private static void addCounters(Sql sql, Instant hour, List<Measurement> measurements) {
    List<CounterReading> readings =
        measurements.stream().flatMap(each -> each.counters().stream()).toList();
    Map<UUID, CounterReading> previous = previous(sql, readings);
    List<CounterReading> kept = new ArrayList<>();
    List<CounterReading> changed = new ArrayList<>();
    List<CounterReading.Advanced> changes = new ArrayList<>();
    List<UUID> restarted = new ArrayList<>();
    for (CounterReading reading : readings) {
      CounterReading.Change change =
          reading.since(Optional.ofNullable(previous.get(reading.tenantId())));
      switch (change) {
        case CounterReading.Outdated() -> {
          continue;
        }
        case CounterReading.First() -> {}
        case CounterReading.Restarted() -> restarted.add(reading.tenantId());
        case CounterReading.Advanced advanced -> {
          changed.add(reading);
          changes.add(advanced);
        }
      }
      kept.add(reading);
    }
    keep(sql, kept);
    insertChanges(sql, hour, changed, changes);
    sql.run(
        """
        INSERT INTO control_plane.usage_hourly AS sample (tenant_id, hour, counter_restarts)
        SELECT tenant_id, $1::timestamptz, 1
        FROM unnest($2::uuid[]) AS restarted (tenant_id)
        ON CONFLICT (tenant_id, hour) DO UPDATE
        SET counter_restarts = sample.counter_restarts + 1
        """,
        hour,
        restarted.toArray(UUID[]::new));
  }

  private static Map<UUID, CounterReading> previous(Sql sql, List<CounterReading> readings) {
    Map<UUID, CounterReading> previous = new HashMap<>();
    sql.run(
            """
            SELECT tenant_id, epoch, read_at, transactions, rows_in, rows_out
            FROM control_plane.usage_counters
            WHERE tenant_id = ANY ($1)
            FOR UPDATE
            """,
            (Object) column(readings, UUID[]::new, CounterReading::tenantId))
        .forEach(row -> previous.put(row.getUUID("tenant_id"), reading(row)));
    return previous;
  }

  private static CounterReading reading(Row row) {
    Long transactions = row.getLong("transactions");
    return new CounterReading(
        row.getUUID("tenant_id"),
        row.getString("epoch"),
        Columns.instant(row, "read_at"),
        transactions == null ? OptionalLong.empty() : OptionalLong.of(transactions),
        row.getLong("rows_in"),
        row.getLong("rows_out"));
  }

  private static void keep(Sql sql, List<CounterReading> readings) {
    sql.run(
        """
        INSERT INTO control_plane.usage_counters (tenant_id, epoch, read_at, transactions, rows_in, rows_out)
        SELECT *
        FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[])
        ON CONFLICT (tenant_id) DO UPDATE
        SET epoch = excluded.epoch, read_at = excluded.read_at, transactions = excluded.transactions,
          rows_in = excluded.rows_in, rows_out = excluded.rows_out
        """,
        column(readings, UUID[]::new, CounterReading::tenantId),
        column(readings, String[]::new, CounterReading::epoch),
        column(readings, OffsetDateTime[]::new, each -> utc(each.at())),
        column(readings, Long[]::new, each -> value(each.transactions())),
        column(readings, Long[]::new, CounterReading::rowsIn),
        column(readings, Long[]::new, CounterReading::rowsOut));
  }

  private static void insertChanges(
      Sql sql, Instant hour, List<CounterReading> readings, List<CounterReading.Advanced> changes) {
    sql.run(
        """
        INSERT INTO control_plane.usage_hourly AS sample
          (tenant_id, hour, transactions, rows_in, rows_out, counters_from, counters_to)
        SELECT tenant_id, $1::timestamptz, transactions, rows_in, rows_out, counters_from, counters_to
        FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
          AS change (tenant_id, transactions, rows_in, rows_out, counters_from, counters_to)
        ON CONFLICT (tenant_id, hour) DO UPDATE
        SET transactions = coalesce(sample.transactions + excluded.transactions, sample.transactions, excluded.transactions),
          rows_in = coalesce(sample.rows_in, 0) + excluded.rows_in,
          rows_out = coalesce(sample.rows_out, 0) + excluded.rows_out,
          counters_from = least(sample.counters_from, excluded.counters_from),
          counters_to = greatest(sample.counters_to, excluded.counters_to)
        """,
        hour,
        column(readings, UUID[]::new, CounterReading::tenantId),
        column(changes, Long[]::new, each -> value(each.transactions())),
        column(changes, Long[]::new, CounterReading.Advanced::rowsIn),
        column(changes, Long[]::new, CounterReading.Advanced::rowsOut),
        column(changes, OffsetDateTime[]::new, each -> utc(each.from())),
        column(changes, OffsetDateTime[]::new, each -> utc(each.to())));
  }

  private static @Nullable Long value(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static <T, C> @Nullable C[] column(
      List<T> rows, IntFunction<C[]> array, Function<T, @Nullable C> value) {
    return rows.stream().map(value).toArray(array);
  }
}
