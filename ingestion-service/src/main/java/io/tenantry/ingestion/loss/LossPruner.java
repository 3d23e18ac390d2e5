package io.tenantry.ingestion.loss;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Deletes records of losses after 90 days. */
@Singleton
public class LossPruner {

  private static final Logger LOG = Logger.getLogger(LossPruner.class);
  private static final Duration RETENTION = Duration.ofDays(90);

  private final LossStore store;
  private final Clock clock;

  LossPruner(LossStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @Scheduled(every = "6h", delayed = "10m")
  @RunOnVirtualThread
  void prune() {
    try {
      store.prune(clock.instant().minus(RETENTION));
    } catch (TenantryException | SqlError e) {
      LOG.warnf("pruning of lost events failed; retrying in 6h: %s", e.getMessage());
    }
  }
}
