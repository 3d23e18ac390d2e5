package io.tenantry.tenant.cluster;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Terminates sessions of blocked tenant roles regularly. A login that PostgreSQL accepted just
 * before its role was blocked may not have been visible when the role's sessions were terminated.
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
      clusters.runOnEach(
          "sessions of blocked roles could not be terminated; retrying", BlockedSessions::end);
    } catch (RuntimeException e) {
      LOG.warnf("sessions of blocked roles could not be terminated; retrying: %s", e);
    }
  }

  private static void end(Cluster cluster) {
    int ended = cluster.logins().endBlockedSessions();
    if (ended > 0) {
      LOG.infof(
          "sessions of blocked roles terminated cluster=%s sessions=%d", cluster.name(), ended);
    }
  }
}
