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
 * The tenants this replica works on. Each has a lease in its row, by the control database's clock;
 * it is renewed while the work goes on, and ends by itself if the replica dies.
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

  /** Who holds this replica's leases. */
  public UUID replica() {
    return replica;
  }

  /** How long a lease lasts without renewal, in seconds. */
  public double seconds() {
    return duration.toMillis() / 1000.0;
  }

  /** Does {@code work} on a tenant whose row has a lease, which is renewed meanwhile. */
  public <T> T whileHeld(UUID tenantId, Supplier<T> work) {
    held.add(tenantId);
    try {
      return work.get();
    } finally {
      held.remove(tenantId);
    }
  }

  /** Lets failed work on a tenant rest for a while; then whichever replica is free goes on. */
  public void postpone(UUID tenantId, Duration rest) {
    database.run(
        """
        UPDATE control_plane.tenants
        SET lease_expires_at = now() + make_interval(secs => $3)
        WHERE tenant_id = $1
          AND lease_owner = $2
        """,
        tenantId,
        replica,
        rest);
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
          held.toArray(UUID[]::new),
          replica,
          seconds());
    }
  }
}
