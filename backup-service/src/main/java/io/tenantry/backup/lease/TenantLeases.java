package io.tenantry.backup.lease;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Leases by which one backup, restore or migration of a tenant runs at a time, across all replicas.
 * A lease expires when its holder stops renewing it.
 *
 * <p>Only the control database's clock decides when a lease expires, so that the replicas' clocks
 * may differ. A holder measures the remaining time with a monotonic clock, from before its request,
 * so that it stops before another holder can take the lease.
 */
@Singleton
public final class TenantLeases {

  private static final Logger LOG = Logger.getLogger(TenantLeases.class);

  private final Database database;
  private final Duration length;

  TenantLeases(Database database, Config config) {
    this.database = database;
    this.length = config.length();
  }

  /** The operation that needs the lease. */
  public enum Operation {
    BACKUP,
    RESTORE,
    MIGRATION
  }

  /**
   * Takes a lease and renews it until it is closed.
   *
   * @param holder the job's id; after a crash the same job gets its lease back
   * @return empty if another holder has it
   */
  public Optional<Lease> take(UUID tenantId, Operation operation, UUID holder) {
    long requested = System.nanoTime();
    boolean taken = !take(database, List.of(tenantId), operation, holder).isEmpty();
    return taken ? Optional.of(new Lease(tenantId, holder, requested)) : Optional.empty();
  }

  /**
   * {@link #take(UUID, Operation, UUID)}, with more writes in the same transaction.
   *
   * @param writes only made if the lease is taken
   */
  public Optional<Lease> take(
      UUID tenantId, Operation operation, UUID holder, Consumer<Sql> writes) {
    long requested = System.nanoTime();
    boolean taken =
        database.inTransaction(
            sql -> {
              if (take(sql, List.of(tenantId), operation, holder).isEmpty()) {
                return false;
              }
              writes.accept(sql);
              return true;
            });
    return taken ? Optional.of(new Lease(tenantId, holder, requested)) : Optional.empty();
  }

  /**
   * Takes the tenants' free leases in the caller's transaction. Only {@link #renew} renews them.
   *
   * @return the tenants whose lease was taken
   */
  public Set<UUID> take(
      Sql transaction, Collection<UUID> tenantIds, Operation operation, UUID holder) {
    // In order, so that two transactions that take the same leases do not deadlock.
    return ids(
        transaction.run(
            """
            INSERT INTO tenant_leases AS lease (tenant_id, operation, holder, expires_at)
            SELECT tenant_id, $2::text, $3::uuid, now() + make_interval(secs => $4)
            FROM unnest($1::uuid[]) AS tenant_id
            ORDER BY tenant_id
            ON CONFLICT (tenant_id) DO UPDATE
            SET operation = excluded.operation, holder = excluded.holder, expires_at = excluded.expires_at
            WHERE lease.expires_at < now()
              OR lease.holder = excluded.holder
            RETURNING tenant_id
            """,
            tenantIds.toArray(UUID[]::new),
            operation.name(),
            holder,
            length));
  }

  /** Renews leases; returns the tenants whose lease this holder still has. */
  public Set<UUID> renew(Collection<UUID> tenantIds, UUID holder) {
    return ids(
        database.run(
            """
            UPDATE tenant_leases
            SET expires_at = now() + make_interval(secs => $3)
            WHERE tenant_id = ANY ($1)
              AND holder = $2
            RETURNING tenant_id
            """,
            tenantIds.toArray(UUID[]::new),
            holder,
            length));
  }

  /** Releases leases in the caller's transaction. */
  public void release(Sql transaction, Collection<UUID> tenantIds, UUID holder) {
    transaction.send(
        "DELETE FROM tenant_leases WHERE tenant_id = ANY ($1) AND holder = $2",
        tenantIds.toArray(UUID[]::new),
        holder);
  }

  /** How often leases have to be renewed. */
  public Duration renewalInterval() {
    return length.dividedBy(3);
  }

  private static Set<UUID> ids(RowSet<Row> rows) {
    Set<UUID> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.getUUID(0)));
    return ids;
  }

  /** A held lease. If it is lost, the thread that took it is interrupted. */
  public final class Lease implements AutoCloseable {

    private final UUID tenantId;
    private final UUID holder;
    private final Thread worker = Thread.currentThread();
    private final Thread renewal;
    private volatile long requested;
    private volatile boolean lost;
    private volatile boolean ending;
    private volatile boolean released;

    /**
     * @param requested {@link System#nanoTime} before the lease was requested
     */
    private Lease(UUID tenantId, UUID holder, long requested) {
      this.tenantId = tenantId;
      this.holder = holder;
      this.requested = requested;
      this.renewal = Thread.ofVirtual().name("lease-" + holder).start(this::renewUntilClosed);
    }

    /** The time for which the lease is certainly held without another renewal. */
    public Duration remaining() {
      return length.minusNanos(System.nanoTime() - requested);
    }

    /**
     * Checks that the lease is still held.
     *
     * @throws TenantryException {@code TENANT_BUSY} if another holder may have it
     */
    public void require() {
      if (lost || remaining().isNegative()) {
        throw new TenantryException(
            ErrorCode.TENANT_BUSY,
            "The tenant's lease was lost: another operation may be running.");
      }
    }

    private void renewUntilClosed() {
      try {
        while (!lost) {
          Thread.sleep(renewalInterval());
          renew();
        }
        if (!ending) {
          worker.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void renew() {
      long now = System.nanoTime();
      try {
        if (database.changedOne(
            """
            UPDATE tenant_leases
            SET expires_at = now() + make_interval(secs => $3)
            WHERE tenant_id = $1
              AND holder = $2
            """,
            tenantId,
            holder,
            length)) {
          requested = now;
        } else {
          lost = true;
        }
      } catch (RuntimeException e) {
        LOG.warnf("lease not renewed; retrying tenant=%s: %s", tenantId, e.getMessage());
        lost = remaining().isNegative();
      }
    }

    /**
     * Releases it in the caller's transaction, for which it is certainly held after {@link
     * #require}: it is no longer renewed.
     */
    public void release(Sql transaction) {
      ending = true;
      renewal.interrupt();
      TenantLeases.this.release(transaction, List.of(tenantId), holder);
      transaction.afterCommit(() -> released = true);
    }

    @Override
    public void close() {
      ending = true;
      renewal.interrupt();
      if (released) {
        return;
      }
      try {
        TenantLeases.this.release(database, List.of(tenantId), holder);
      } catch (RuntimeException e) {
        LOG.warnf(
            "lease not released; it expires by itself tenant=%s: %s", tenantId, e.getMessage());
      }
    }
  }

  @ConfigMapping(prefix = "tenantry.backup.lease")
  interface Config {

    /** How long a lease is held without being renewed, for example after a crash. */
    @WithDefault("30s")
    Duration length();
  }
}
