package io.tenantry.ingestion.loss;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Forgets losses that are long past. */
@Singleton
public class LossUpkeep {

  private static final Logger LOG = Logger.getLogger(LossUpkeep.class);
  private static final Duration KEPT = Duration.ofDays(90);

  private final LossStore store;
  private final Clock clock;

  LossUpkeep(LossStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @Scheduled(every = "6h", delayed = "10m")
  @RunOnVirtualThread
  void prune() {
    try {
      store.prune(clock.instant().minus(KEPT));
    } catch (TenantryException | SqlError e) {
      LOG.warnf("old losses are pruned later: %s", e.getMessage());
    }
  }
}
