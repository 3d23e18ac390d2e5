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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Who works on a tenant's database as a whole: of backups, restores and migrations of one tenant
 * one runs at a time, over all replicas. A lease ends by itself when its holder is silent.
 *
 * <p>The control database's clock alone decides when a lease ends, so that replicas whose clocks
 * differ agree. A holder measures how long it still has from the moment before it asked, by a clock
 * that is never set: so it stops before the lease can be another's.
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

  /** What is done to the tenant. */
  public enum Operation {
    BACKUP,
    RESTORE,
    MIGRATION
  }

  /**
   * Takes the lease for as long as it is not closed, and renews it meanwhile.
   *
   * @param holder the job; one that took the lease before its process died gets it again
   * @return empty if another holds it
   */
  public Optional<Lease> take(UUID tenantId, Operation operation, UUID holder) {
    long asked = System.nanoTime();
    boolean taken =
        database.changedOne(
            """
            INSERT INTO tenant_leases AS lease (tenant_id, operation, holder, expires_at)
            VALUES ($1, $2, $3, now() + make_interval(secs => $4))
            ON CONFLICT (tenant_id) DO UPDATE
            SET operation = excluded.operation, holder = excluded.holder, expires_at = excluded.expires_at
            WHERE lease.expires_at < now()
              OR lease.holder = excluded.holder
            """,
            tenantId,
            operation.name(),
            holder,
            length);
    return taken ? Optional.of(new Lease(tenantId, holder, asked)) : Optional.empty();
  }

  /**
   * Takes, in the caller's transaction, the leases of those of the tenants that are free. Nobody
   * renews them but {@link #renew}.
   *
   * @return the tenants whose lease was taken
   */
  public Set<UUID> take(
      Sql transaction, Collection<UUID> tenantIds, Operation operation, UUID holder) {
    // In order, so that two who want the same ones wait for each other, and never crosswise.
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

  /** Prolongs leases; returns the tenants whose lease is still this holder's. */
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

  /** Gives leases back, in the caller's transaction. */
  public void release(Sql transaction, Collection<UUID> tenantIds, UUID holder) {
    transaction.send(
        "DELETE FROM tenant_leases WHERE tenant_id = ANY ($1) AND holder = $2",
        tenantIds.toArray(UUID[]::new),
        holder);
  }

  /** How often leases have to be renewed. */
  public Duration renewal() {
    return length.dividedBy(3);
  }

  private static Set<UUID> ids(RowSet<Row> rows) {
    Set<UUID> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.getUUID(0)));
    return ids;
  }

  /** A lease that is held; lost, it interrupts the thread that took it. */
  public final class Lease implements AutoCloseable {

    private final UUID tenantId;
    private final UUID holder;
    private final Thread worker = Thread.currentThread();
    private final Thread renewal;
    private volatile long asked;
    private volatile boolean lost;

    /**
     * @param asked {@link System#nanoTime} before the lease was asked for
     */
    private Lease(UUID tenantId, UUID holder, long asked) {
      this.tenantId = tenantId;
      this.holder = holder;
      this.asked = asked;
      this.renewal = Thread.ofVirtual().name("lease-" + holder).start(this::renewUntilClosed);
    }

    /** How much longer it is surely held, from now on and without another renewal. */
    public Duration remaining() {
      return length.minusNanos(System.nanoTime() - asked);
    }

    /**
     * Goes on only while it is held.
     *
     * @throws TenantryException {@code TENANT_BUSY} if somebody else may have it by now
     */
    public void require() {
      if (lost || remaining().isNegative()) {
        throw new TenantryException(
            ErrorCode.TENANT_BUSY, "Other work on the tenant has begun meanwhile.");
      }
    }

    private void renewUntilClosed() {
      try {
        while (!lost) {
          Thread.sleep(renewal());
          renew();
        }
        worker.interrupt();
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
          asked = now;
        } else {
          lost = true;
        }
      } catch (RuntimeException e) {
        LOG.warnf("tenant=%s the lease could not be renewed: %s", tenantId, e.getMessage());
        lost = remaining().isNegative();
      }
    }

    @Override
    public void close() {
      renewal.interrupt();
      try {
        database.run(
            "DELETE FROM tenant_leases WHERE tenant_id = $1 AND holder = $2", tenantId, holder);
      } catch (RuntimeException e) {
        LOG.warnf("tenant=%s the lease runs out by itself: %s", tenantId, e.getMessage());
      }
    }
  }

  @ConfigMapping(prefix = "tenantry.backup.lease")
  interface Config {

    /** How long a silent replica keeps a tenant. */
    @WithDefault("30s")
    Duration length();
  }
}
