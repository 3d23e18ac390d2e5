package io.tenantry.tenant.provisioning;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.recovery.RecoveryMode;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Undoes provisionings that a dead replica left. They are not gone on with: their callers got no
 * answer, and would never see the API keys that they asked for.
 */
@Singleton
class Recovery {

  /** The code in the event of a provisioning whose replica died. */
  static final String INTERRUPTED = "INTERRUPTED";

  private static final Logger LOG = Logger.getLogger(Recovery.class);
  private static final int BATCH = 20;

  private final ProvisioningStore store;
  private final Removal removal;
  private final RecoveryMode mode;

  Recovery(ProvisioningStore store, Removal removal, RecoveryMode mode) {
    this.store = store;
    this.removal = removal;
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
        abandoned.forEach(this::undo);
      } while (abandoned.size() == BATCH);
    } catch (DatabaseUnavailable e) {
      LOG.warnf("unfinished work cannot be looked for: %s", e.getCause().getMessage());
    }
  }

  private void undo(TenantDatabase target) {
    LOG.infof("tenant=%s taken over", target.tenantId());
    removal.rollBack(target, () -> {}, Optional.empty(), INTERRUPTED);
  }
}
