package io.tenantry.tenant.lifecycle;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Purges deleted tenants past their retention. */
@Singleton
class TombstonePurge {

  private static final Logger LOG = Logger.getLogger(TombstonePurge.class);
  private static final int BATCH = 500;

  private final DeletionStore store;
  private final LifecycleConfig config;

  TombstonePurge(DeletionStore store, LifecycleConfig config) {
    this.store = store;
    this.config = config;
  }

  @Scheduled(
      every = "${tenantry.lifecycle.purge-interval}",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void purgeRegularly() {
    try {
      purge();
    } catch (RuntimeException e) {
      LOG.warnf(e, "deleted tenants could not be purged; retrying");
    }
  }

  /** Purges tenants past the retention; returns their number. */
  int purge() {
    int all = 0;
    int purged;
    do {
      purged = store.purge(config.tombstoneRetention(), BATCH);
      all += purged;
    } while (purged == BATCH);
    return all;
  }
}
