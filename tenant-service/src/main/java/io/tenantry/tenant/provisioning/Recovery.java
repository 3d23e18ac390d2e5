package io.tenantry.tenant.provisioning;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Finishes what a dead replica left. An interrupted provisioning is undone rather than gone on
 * with: its caller got no answer, and would never see the API keys that it asked for.
 */
@Singleton
class Recovery {

  /** The code in the event of a provisioning whose replica died. */
  static final String INTERRUPTED = "INTERRUPTED";

  private static final Logger LOG = Logger.getLogger(Recovery.class);
  private static final int BATCH = 20;

  private final ProvisioningStore store;
  private final Removal removal;

  Recovery(ProvisioningStore store, Removal removal) {
    this.store = store;
    this.removal = removal;
  }

  @Scheduled(
      every = "${tenantry.provisioning.recovery-interval:2s}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void recover() {
    try {
      List<ProvisioningStore.Abandoned> abandoned;
      do {
        abandoned = store.takeOver(BATCH);
        abandoned.forEach(this::finish);
      } while (abandoned.size() == BATCH);
    } catch (DatabaseUnavailable e) {
      LOG.warnf("unfinished work cannot be looked for: %s", e.getCause().getMessage());
    }
  }

  private void finish(ProvisioningStore.Abandoned work) {
    LOG.infof("tenant=%s taken over, deletion=%s", work.target().tenantId(), work.deletion());
    if (work.deletion()) {
      removal.finishDeletion(work.target());
    } else {
      removal.rollBack(work.target(), Optional.empty(), INTERRUPTED);
    }
  }
}
