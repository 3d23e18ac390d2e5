package io.tenantry.tenant.usage;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Metrics of the sampler, without labels that name a tenant. The gauges have the values of the
 * whole installation, on each replica.
 */
@Singleton
class UsageMetrics {

  private static final Logger LOG = Logger.getLogger(UsageMetrics.class);

  private final MeterRegistry meters;
  private final SamplerStore store;
  private final AtomicLong rollUpAge;
  private final AtomicLong tenants;
  private final AtomicLong gaps;

  UsageMetrics(MeterRegistry meters, SamplerStore store) {
    this.meters = meters;
    this.store = store;
    this.rollUpAge = meters.gauge("tenantry.usage.rollup.age.seconds", new AtomicLong());
    this.tenants = meters.gauge("tenantry.usage.tenants", new AtomicLong());
    this.gaps = meters.gauge("tenantry.usage.gaps", new AtomicLong());
    for (String outcome : new String[] {"success", "failure"}) {
      meters.counter("tenantry.usage.readings", "outcome", outcome).increment(0);
      meters.counter("tenantry.usage.measurements", "outcome", outcome).increment(0);
    }
  }

  /** Counts a reading of a cluster's counters. */
  void read(boolean succeeded) {
    meters.counter("tenantry.usage.readings", "outcome", outcome(succeeded)).increment();
  }

  /** Counts a measurement of a tenant's storage. */
  void measured(boolean succeeded) {
    meters.counter("tenantry.usage.measurements", "outcome", outcome(succeeded)).increment();
  }

  private static String outcome(boolean succeeded) {
    return succeeded ? "success" : "failure";
  }

  @Scheduled(
      every = "1m",
      delayed = "10s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void update() {
    try {
      SamplerStore.State state = store.state();
      rollUpAge.set(state.rollUpAgeSeconds());
      tenants.set(state.tenants());
      gaps.set(state.gaps());
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.debugf("metrics of usage could not be read: %s", e);
    }
  }
}
