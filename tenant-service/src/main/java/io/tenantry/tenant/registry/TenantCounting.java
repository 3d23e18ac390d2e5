package io.tenantry.tenant.registry;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Keeps the counts of tenants short: each change of a tenant adds a row to them, and these rows are
 * replaced when there are many.
 */
@Singleton
class TenantCounting {

  private static final Logger LOG = Logger.getLogger(TenantCounting.class);

  /** Read within a millisecond; a fleet has fewer combinations of what is counted. */
  private static final int MANY = 2000;

  private final TenantStore store;

  TenantCounting(TenantStore store) {
    this.store = store;
  }

  @Scheduled(
      every = "1m",
      delayed = "10s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void sumUpRegularly() {
    sumUp(MANY);
  }

  /**
   * Counts again, so that counts are right even after triggers were off, as in a partial restore.
   */
  @Scheduled(every = "1h", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void countRegularly() {
    sumUp(0);
  }

  private void sumUp(int changes) {
    try {
      store.sumUpCounts(changes);
    } catch (RuntimeException e) {
      LOG.warnf("counts of tenants not summed up; retrying: %s", e.getMessage());
    }
  }
}
