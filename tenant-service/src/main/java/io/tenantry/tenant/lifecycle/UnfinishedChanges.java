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
 * Goes on with changes that the cluster could not follow, or whose replica died, and with deletions
 * that waited for their final backup.
 */
@Singleton
class UnfinishedChanges {

  private static final Logger LOG = Logger.getLogger(UnfinishedChanges.class);
  private static final int BATCH = 20;

  private final LifecycleStore store;
  private final ClusterFollower follower;
  private final RecoveryMode mode;

  UnfinishedChanges(LifecycleStore store, ClusterFollower follower, RecoveryMode mode) {
    this.store = store;
    this.follower = follower;
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
      List<Change> unfinished;
      do {
        unfinished = store.takeOver(BATCH);
        Clusters.inTurn(unfinished, change -> change.target().cluster(), follower::follow);
      } while (unfinished.size() == BATCH);
    } catch (DatabaseUnavailable e) {
      LOG.warnf("unfinished changes cannot be looked for: %s", e.reason());
    }
  }
}
