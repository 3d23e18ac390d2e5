package io.tenantry.backup.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.recovery.Generation;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Checks the states of the stores regularly, and reports them: in the log if they change, as a
 * metric, and in the readiness. The service is ready in any case, because operators need it to
 * claim a store. For stores of this installation, it also compares the control database's
 * generation.
 */
@Singleton
@Readiness
public class StoreWatch implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(StoreWatch.class);

  private final Stores stores;
  private final Generation generation;
  private final Map<String, StoreState> states = new ConcurrentHashMap<>();

  StoreWatch(Stores stores, Generation generation, MeterRegistry meters) {
    this.stores = stores;
    this.generation = generation;
    stores
        .all()
        .forEach(
            store ->
                Gauge.builder("tenantry.backup.store.usable", () -> usable(store.name()))
                    .description("Whether the store has this installation's marker")
                    .tag("store", store.name())
                    .register(meters));
  }

  private int usable(String store) {
    return states.get(store) == StoreState.OURS ? 1 : 0;
  }

  @Scheduled(
      every = "${tenantry.backup.stores-watch.interval:1m}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void checkStores() {
    for (BackupStore store : stores.all()) {
      report(store);
      if (states.get(store.name()) == StoreState.OURS) {
        compareGeneration(store);
      }
    }
  }

  private void report(BackupStore store) {
    try {
      StoreStatus status = store.status();
      if (states.put(store.name(), status.state()) == status.state()) {
        return;
      }
      if (status.state() == StoreState.OURS) {
        LOG.infof(
            "store is this installation's store=%s location=%s", store.name(), store.location());
      } else {
        LOG.logf(
            status.state() == StoreState.UNAVAILABLE ? Logger.Level.WARN : Logger.Level.ERROR,
            "store is not this installation's or not usable store=%s location=%s state=%s: %s",
            store.name(),
            store.location(),
            status.state(),
            status.advice());
      }
    } catch (RuntimeException e) {
      LOG.warnf("store not checked; retrying later store=%s: %s", store.name(), e.getMessage());
    }
  }

  private void compareGeneration(BackupStore store) {
    try {
      OptionalLong seen = store.generation();
      if (seen.isPresent()) {
        generation.compare("The %s backup store".formatted(store.name()), seen.getAsLong());
      }
      generation.current().ifPresent(store::writeGeneration);
    } catch (RuntimeException e) {
      LOG.warnf(
          "generation not compared; retrying later store=%s: %s", store.name(), e.getMessage());
    }
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder check = HealthCheckResponse.named("backup-stores").up();
    states.forEach((store, state) -> check.withData(store, state.toString()));
    return check.build();
  }
}
