package io.tenantry.tenant.lifecycle;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Continues status changes that could not be applied or whose replica failed, and deletions that
 * waited for their final backup.
 */
@Singleton
class StatusChangeRecovery {

  private static final Logger LOG = Logger.getLogger(StatusChangeRecovery.class);
  private static final int BATCH = 20;

  private final LifecycleStore store;
  private final StatusChangeApplier applier;
  private final RecoveryMode mode;

  StatusChangeRecovery(LifecycleStore store, StatusChangeApplier applier, RecoveryMode mode) {
    this.store = store;
    this.applier = applier;
    this.mode = mode;
  }

  @Scheduled(
      every = "${tenantry.lifecycle.recovery-interval}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void finish() {
    try {
      if (mode.active()) {
        return;
      }
      List<StatusChange> unfinished;
      do {
        unfinished = store.takeOver(BATCH);
        Clusters.runPerCluster(unfinished, change -> change.target().cluster(), applier::apply);
      } while (unfinished.size() == BATCH);
    } catch (DatabaseUnavailable e) {
      LOG.warnf("unfinished status changes could not be read; retrying: %s", e.reason());
    }
  }
}
