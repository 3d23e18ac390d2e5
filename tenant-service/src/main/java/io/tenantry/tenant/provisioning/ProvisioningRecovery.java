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
 * Undoes provisionings that a dead replica left: their callers got no answer, and would never see
 * the API keys that they asked for. One that is a tenant's by its mark on the server already is
 * finished instead: the registry may be older than the server, and then it is a live tenant's.
 */
@Singleton
class ProvisioningRecovery {

  /** The code in the event of a provisioning whose replica died. */
  static final String INTERRUPTED = "INTERRUPTED";

  private static final Logger LOG = Logger.getLogger(ProvisioningRecovery.class);
  private static final int BATCH = 20;

  private final RollbackStore store;
  private final TenantRemoval removal;
  private final Clusters clusters;
  private final Adoption adoption;
  private final RecoveryMode mode;

  ProvisioningRecovery(
      RollbackStore store,
      TenantRemoval removal,
      Clusters clusters,
      Adoption adoption,
      RecoveryMode mode) {
    this.store = store;
    this.removal = removal;
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
      LOG.warnf("unfinished work cannot be looked for: %s", e.getCause().getMessage());
    }
  }

  private void tryToUndo(TenantDatabase target) {
    try {
      clusters.named(target.cluster()).requireUsable();
      undo(target);
    } catch (RuntimeException e) {
      // Its lease runs out, and whichever replica is free looks again.
      LOG.warnf("tenant=%s could not be taken over: %s", target.tenantId(), e.getMessage());
    }
  }

  private void undo(TenantDatabase target) {
    LOG.infof("tenant=%s taken over", target.tenantId());
    if (isMarkedAsTenant(target)) {
      finish(target);
      return;
    }
    removal.rollBack(target, () -> {}, Optional.empty(), INTERRUPTED);
  }

  /** The replica died between the hand-over on the server and the commit of the activation. */
  private boolean isMarkedAsTenant(TenantDatabase target) {
    try {
      return clusters
          .named(target.cluster())
          .inventory()
          .purposeOf(target.role(), target.tenantId())
          .filter(purpose -> purpose == Purpose.TENANT)
          .isPresent();
    } catch (RuntimeException e) {
      LOG.debugf(e, "tenant=%s its mark cannot be read; the undo will tell", target.tenantId());
      return false;
    }
  }

  /** Nothing that is a tenant's by its own mark is dropped: it becomes one in the registry, too. */
  private void finish(TenantDatabase target) {
    try {
      adoption.adopt(clusters.named(target.cluster()), target.tenantId(), target.role());
      LOG.infof("tenant=%s is active: its provisioning was finished", target.tenantId());
    } catch (RuntimeException e) {
      LOG.warnf(e, "tenant=%s could not be finished yet", target.tenantId());
    }
  }
}
