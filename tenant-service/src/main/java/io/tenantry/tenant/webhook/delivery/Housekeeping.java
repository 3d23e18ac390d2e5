package io.tenantry.tenant.webhook.delivery;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.webhook.endpoint.Endpoints;
import io.tenantry.tenant.webhook.endpoint.WebhookConfig;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/**
 * Removes what webhooks no longer need: the log after its retention, deleted endpoints, endpoints
 * of deleted tenants after the last message about them, and expired secrets. In small transactions,
 * which replicas may run at the same time.
 */
@Singleton
class Housekeeping {

  private static final Logger LOG = Logger.getLogger(Housekeeping.class);
  private static final int BATCH = 2000;

  /** Events that are removed together with their deliveries, of which each may have many. */
  private static final int EVENTS_BATCH = 20;

  private final HousekeepingStore store;
  private final Endpoints endpoints;
  private final RecoveryMode recovery;
  private final WebhookConfig config;
  private final Clock clock;

  Housekeeping(
      HousekeepingStore store,
      Endpoints endpoints,
      RecoveryMode recovery,
      WebhookConfig config,
      Clock clock) {
    this.store = store;
    this.endpoints = endpoints;
    this.recovery = recovery;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "${tenantry.webhooks.housekeeping-interval}",
      delayed = "${tenantry.webhooks.housekeeping-interval}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void runRegularly() {
    try {
      // A control database that was restored may not know what was delivered or deleted since.
      if (!recovery.active()) {
        run();
      }
    } catch (RuntimeException e) {
      LOG.warnf(e, "outdated data of webhooks could not be removed; retrying");
    }
  }

  /** Removes all that may go now. */
  void run() {
    repeat(() -> store.failPendingOfDisabled(BATCH));
    int orphaned = store.deleteEndpointsOfDeletedTenants();
    if (orphaned > 0) {
      LOG.infof("webhook endpoints of deleted tenants deleted endpoints=%d", orphaned);
    }
    repeat(() -> store.removeLogOfDeleted(BATCH));
    store.removeDeletedEndpoints();
    repeat(() -> store.removeOldLog(clock.instant().minus(config.retention()), BATCH));
    repeat(() -> store.removeOldEvents(clock.instant().minus(config.retention()), BATCH));
    repeat(EVENTS_BATCH, () -> store.removeEventsOfPurgedTenants(EVENTS_BATCH));
    store.removeExpiredPortalLinks();
    int unused = endpoints.removeExpiredKeys(BATCH);
  }

  private static void repeat(IntSupplier step) {
    repeat(BATCH, step);
  }

  private static void repeat(int batch, IntSupplier step) {
    int changed;
    do {
      changed = step.getAsInt();
    } while (changed == batch);
  }
}
