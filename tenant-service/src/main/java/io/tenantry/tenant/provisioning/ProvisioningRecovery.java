package io.tenantry.tenant.provisioning;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.recovery.Adoption;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Rolls back provisionings of failed replicas: their callers got no response and would never see
 * the API keys. A provisioning that is already marked as a tenant's on the server is completed
 * instead: the registry may be older than the server, and the tenant may be in use.
 */
@Singleton
class ProvisioningRecovery {

  /** The code in the event of a provisioning whose replica failed. */
  static final String INTERRUPTED = "INTERRUPTED";

  private static final Logger LOG = Logger.getLogger(ProvisioningRecovery.class);
  private static final int BATCH = 20;

  private final RollbackStore store;
  private final TenantRemoval removal;
  private final Leases leases;
  private final Clusters clusters;
  private final Adoption adoption;
  private final RecoveryMode mode;

  ProvisioningRecovery(
      RollbackStore store,
      TenantRemoval removal,
      Leases leases,
      Clusters clusters,
      Adoption adoption,
      RecoveryMode mode) {
    this.store = store;
    this.removal = removal;
    this.leases = leases;
    this.clusters = clusters;
    this.adoption = adoption;
    this.mode = mode;
  }

  @Scheduled(
      every = "${tenantry.provisioning.recovery-interval:2s}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void recover() {
    try {
      if (mode.active()) {
        return;
      }
      List<TenantDatabase> abandoned;
      do {
        abandoned = store.takeOver(BATCH);
        Clusters.runPerCluster(abandoned, TenantDatabase::cluster, this::tryToUndo);
      } while (abandoned.size() == BATCH);
    } catch (DatabaseUnavailable e) {
      LOG.warnf("interrupted provisionings could not be read; retrying: %s", e.reason());
    }
  }

  private void tryToUndo(TenantDatabase target) {
    try {
      clusters.named(target.cluster()).requireUsable();
      undo(target);
    } catch (RuntimeException e) {
      // Its lease expires, and any replica retries.
      LOG.warnf(
          "interrupted provisioning could not be taken over; retrying tenant=%s: %s",
          target.tenantId(), e.getMessage());
    }
  }

  private void undo(TenantDatabase target) {
    LOG.infof("interrupted provisioning taken over tenant=%s", target.tenantId());
    if (isMarkedAsTenant(target)) {
      finish(target);
      return;
    }
    removal.rollBack(target, () -> {}, Optional.empty(), INTERRUPTED);
  }

  /** Whether the replica failed between marking the tenant on the server and the commit. */
  private boolean isMarkedAsTenant(TenantDatabase target) {
    try {
      return clusters
          .named(target.cluster())
          .inventory()
          .purposeOf(target.role(), target.tenantId())
          .filter(purpose -> purpose == Purpose.TENANT)
          .isPresent();
    } catch (RuntimeException e) {
      LOG.debugf(
          e, "mark could not be read; the rollback checks it again tenant=%s", target.tenantId());
      return false;
    }
  }

  /** Adds the tenant to the registry: objects marked as a tenant's are never dropped. */
  private void finish(TenantDatabase target) {
    try {
      adoption.complete(
          clusters.named(target.cluster()), target.tenantId(), target.role(), leases.replica());
      LOG.infof("interrupted provisioning completed tenant=%s", target.tenantId());
    } catch (RuntimeException e) {
      LOG.warnf(
          e,
          "interrupted provisioning could not be completed; retrying tenant=%s",
          target.tenantId());
    }
  }
}
