package io.tenantry.tenant.cluster;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Ends sessions of tenants' roles that may not log in. A login that was let in just before the role
 * was blocked may have been in no list of sessions yet when these were ended.
 */
@Singleton
class BlockedSessions {

  private static final Logger LOG = Logger.getLogger(BlockedSessions.class);

  private final Clusters clusters;

  BlockedSessions(Clusters clusters) {
    this.clusters = clusters;
  }

  @Scheduled(
      every = "${tenantry.lifecycle.blocked-sessions-interval}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void end() {
    try {
      clusters.runOnEach("blocked sessions cannot be searched", BlockedSessions::end);
    } catch (RuntimeException e) {
      LOG.warnf("blocked sessions cannot be looked for: %s", e);
    }
  }

  private static void end(Cluster cluster) {
    int ended = cluster.logins().endBlockedSessions();
    if (ended > 0) {
      LOG.infof("cluster=%s ended %d sessions of blocked tenants", cluster.name(), ended);
    }
  }
}
