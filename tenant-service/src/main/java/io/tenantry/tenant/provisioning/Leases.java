package io.tenantry.tenant.provisioning;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Manages the leases of the tenants that this replica works on. A lease is stored in the tenant's
 * row and uses the control database's clock. It is renewed during the work, and expires if the
 * replica fails.
 */
@Singleton
public class Leases {

  private final Database database;
  private final Duration duration;
  private final UUID replica = UUID.randomUUID();
  private final Set<UUID> held = ConcurrentHashMap.newKeySet();

  Leases(Database database, ProvisioningConfig config) {
    this.database = database;
    this.duration = config.lease();
  }

  /** The id that owns this replica's leases. */
  public UUID replica() {
    return replica;
  }

  /** The duration of a lease in seconds. */
  public double seconds() {
    return duration.toMillis() / 1000.0;
  }

  /** The tenants that this replica is working on, whether or not their leases have expired. */
  public UUID[] held() {
    return held.toArray(UUID[]::new);
  }

  /** Runs {@code work} on a leased tenant and renews the lease until it completes. */
  public <T> T whileHeld(UUID tenantId, Supplier<T> work) {
    held.add(tenantId);
    try {
      return work.get();
    } finally {
      held.remove(tenantId);
    }
  }

  /** Delays the retry of failed work on a tenant; afterwards any replica may continue it. */
  public void postpone(UUID tenantId, Duration delay) {
    database.run(
        """
        UPDATE control_plane.tenants
        SET lease_expires_at = now() + make_interval(secs => $3)
        WHERE tenant_id = $1
          AND lease_owner = $2
        """,
        tenantId,
        replica,
        delay);
  }

  @Scheduled(
      every = "${tenantry.provisioning.renewal-interval}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void renew() {
    if (!held.isEmpty()) {
      database.run(
          """
          WITH tenants AS (
            UPDATE control_plane.tenants
            SET lease_expires_at = now() + make_interval(secs => $3)
            WHERE tenant_id = ANY ($1)
              AND lease_owner = $2
          )
          UPDATE control_plane.pool_entries
          SET lease_expires_at = now() + make_interval(secs => $3)
          WHERE tenant_id = ANY ($1)
            AND lease_owner = $2
          """,
          held(),
          replica,
          seconds());
    }
  }
}
