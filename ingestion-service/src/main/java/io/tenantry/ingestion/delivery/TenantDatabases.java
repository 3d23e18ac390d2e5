package io.tenantry.ingestion.delivery;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.ServerTls;
import io.tenantry.kernel.db.SessionSettings;
import io.tenantry.kernel.runtime.ShutdownOrder;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Connections to tenants' databases, each with its tenant's own login. There is a pool of one
 * connection per tenant, opened on demand, closed when idle, and limited in number.
 */
@Singleton
public class TenantDatabases {

  private final TenantDirectory directory;
  private final ExtractionConfig config;
  private final Vertx vertx;
  private final Clock clock;
  private final Map<UUID, Entry> entries = new HashMap<>();

  TenantDatabases(
      TenantDirectory directory,
      ExtractionConfig config,
      Vertx vertx,
      Clock clock,
      MeterRegistry meters) {
    this.directory = directory;
    this.config = config;
    this.vertx = vertx;
    this.clock = clock;
    Gauge.builder("tenantry.ingestion.tenant.databases", this, TenantDatabases::size)
        .description("Pools of connections to tenants' databases, each of one connection")
        .register(meters);
  }

  /** A pool, the login it was opened with, and the number of its current users. */
  private static final class Entry {
    private final Pool pool;
    private final Buffer login;
    private final Database database;
    private int users;
    private Instant used;

    Entry(Pool pool, Buffer login, Database database, Instant used) {
      this.pool = pool;
      this.login = login;
      this.database = database;
      this.used = used;
    }
  }

  private synchronized int size() {
    return entries.size();
  }

  /**
   * Runs work on a tenant's database.
   *
   * @throws NoDatabase if the tenant has no database or no usable login
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the database does not respond
   * @throws io.tenantry.kernel.db.SqlError if PostgreSQL rejects a statement
   */
  <T> T use(TenantEntry tenant, Function<Database, T> work) {
    Entry entry = acquire(tenant);
    try {
      return work.apply(entry.database);
    } finally {
      release(entry);
    }
  }

  private synchronized Entry acquire(TenantEntry tenant) {
    Buffer login =
        tenant
            .connectionEncrypted()
            .orElseThrow(() -> new NoDatabase("the tenant has no login to its database"));
    Entry entry = entries.get(tenant.tenantId());
    if (entry != null && !entry.login.equals(login)) {
      // The credentials were rotated. Work that uses the previous connection is not interrupted.
      entries.remove(tenant.tenantId());
      close(entry);
      entry = null;
    }
    if (entry == null) {
      evictLeastRecentlyUsed();
      entry = open(tenant, login);
      entries.put(tenant.tenantId(), entry);
    }
    entry.users++;
    return entry;
  }

  private synchronized void release(Entry entry) {
    entry.users--;
    entry.used = clock.instant();
    if (entry.users == 0 && !entries.containsValue(entry)) {
      entry.pool.close();
    }
  }

  private void close(Entry entry) {
    if (entry.users == 0) {
      entry.pool.close();
    }
  }

  /**
   * Closes the least recently used pool if the limit is reached. Pools in use are fewer than the
   * limit.
   */
  private void evictLeastRecentlyUsed() {
    if (entries.size() >= config.connections().limit()) {
      entries.entrySet().stream()
          .filter(e -> e.getValue().users == 0)
          .min(Comparator.comparing(e -> e.getValue().used))
          .ifPresent(
              oldest -> {
                entries.remove(oldest.getKey());
                oldest.getValue().pool.close();
              });
    }
  }

  private Entry open(TenantEntry tenant, Buffer login) {
    Pool pool =
        PgBuilder.pool()
            .with(
                new PoolOptions()
                    .setMaxSize(1)
                    .setConnectionTimeout((int) config.databaseTimeout().toMillis())
                    .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
            .connectingTo(options(tenant))
            .withConnectHandler(
                connection -> SessionSettings.complete(connection).onSuccess(SqlConnection::close))
            .using(vertx)
            .build();
    return new Entry(pool, login, new Database(pool, config.databaseTimeout()), clock.instant());
  }

  private PgConnectOptions options(TenantEntry tenant) {
    TenantLocation location = tenant.data();
    try {
      return directory
          .connectOptions(tenant)
          .orElseThrow()
          .setCachePreparedStatements(true)
          .addProperty("application_name", "ingestion-service")
          .addProperty("role", location.role())
          // The same search_path as in the tenant's own sessions: its triggers may rely on it.
          .addProperty(
              "search_path",
              location.schema().map(schema -> quote(schema) + ", ").orElse("") + "public, pg_temp")
          .addProperty("statement_timeout", String.valueOf(config.databaseTimeout().toMillis()));
    } catch (KeyRing.UndecryptableException
        | ServerTls.InvalidServerTls
        | IllegalArgumentException e) {
      throw new NoDatabase("the tenant's connection string is invalid: " + e.getMessage());
    }
  }

  @Scheduled(every = "10s", delayed = "10s")
  @RunOnVirtualThread
  synchronized void closeIdle() {
    Instant limit = clock.instant().minus(config.connections().idleTimeout());
    entries
        .values()
        .removeIf(
            entry -> {
              boolean idle = entry.users == 0 && entry.used.isBefore(limit);
              if (idle) {
                entry.pool.close();
              }
              return idle;
            });
  }

  synchronized void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    entries.values().forEach(entry -> entry.pool.close());
    entries.clear();
  }

  /** The tenant has no database, or no usable login. */
  static final class NoDatabase extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoDatabase(String reason) {
      super(reason);
    }
  }
}
