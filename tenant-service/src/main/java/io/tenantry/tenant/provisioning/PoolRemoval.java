package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.IdentityMismatch;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.cluster.ClusterPool;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** Removes entries of the warm pool with their databases, schemas and roles. */
@Singleton
final class PoolRemoval implements ClusterPool {

  private static final Logger LOG = Logger.getLogger(PoolRemoval.class);

  private static final int BATCH = 2;

  /** How long to wait for entries that a replica is building or removing. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

  private final PoolStore store;
  private final Steps steps;
  private final Leases leases;
  private final Clock clock;

  PoolRemoval(PoolStore store, Steps steps, Leases leases, Clock clock) {
    this.store = store;
    this.steps = steps;
    this.leases = leases;
    this.clock = clock;
  }

  /**
   * Removes an entry that this replica has leased; a failure is retried after the lease expires.
   */
  void tryToRemove(TenantDatabase target) {
    try {
      remove(target);
    } catch (RuntimeException e) {
      LOG.warnf(e, "pool entry could not be removed; retrying tenant=%s", target.tenantId());
    }
  }

  private void remove(TenantDatabase target) {
    try {
      leases.whileHeld(
          target.tenantId(),
          () -> {
            steps.undo(target, Expected.of(target.tenantId(), Purpose.POOL));
            store.delete(target.tenantId());
            return target;
          });
    } catch (IdentityMismatch e) {
      // The database belongs to a tenant by now, so only the outdated entry is removed.
      LOG.errorf(
          "pool entry deleted: its database belongs to a tenant tenant=%s: %s",
          target.tenantId(), e.getMessage());
      store.delete(target.tenantId());
    }
  }

  @Override
  public void empty(String cluster) {
    Instant end = clock.instant().plus(TIMEOUT);
    store.discardOn(cluster);
    List<TenantDatabase> discarded = store.takeDiscarded(cluster, BATCH);
    while (!discarded.isEmpty() || store.countOn(cluster) > 0) {
      if (discarded.isEmpty()) {
        if (clock.instant().isAfter(end)) {
          throw new TenantryException(
              ErrorCode.CLUSTER_IN_USE,
              "%d entries of the warm pool on the cluster are still being built or removed; try again."
                  .formatted(store.countOn(cluster)));
        }
        pause();
      }
      discarded.forEach(this::remove);
      store.discardOn(cluster);
      discarded = store.takeDiscarded(cluster, BATCH);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TenantryException(
          ErrorCode.SHUTTING_DOWN, "The service is shutting down; try again.", e);
    }
  }

  @Override
  public void forget(String cluster) {
    store.forgetOn(cluster);
  }
}
