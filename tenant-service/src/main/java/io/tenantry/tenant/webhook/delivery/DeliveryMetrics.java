package io.tenantry.tenant.webhook.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.tenant.webhook.endpoint.EndpointStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Metrics of webhooks, without labels that name a tenant or an endpoint. The gauges have the values
 * of the whole installation, on each replica.
 */
@Singleton
class DeliveryMetrics {

  private static final Logger LOG = Logger.getLogger(DeliveryMetrics.class);

  private final MeterRegistry meters;
  private final MetricsStore store;
  private final Clock clock;
  private final AtomicLong oldestSeconds;
  private final Map<EndpointStatus, AtomicLong> endpoints = new EnumMap<>(EndpointStatus.class);

  DeliveryMetrics(MeterRegistry meters, MetricsStore store, Clock clock) {
    this.meters = meters;
    this.store = store;
    this.clock = clock;
    this.oldestSeconds = meters.gauge("tenantry.webhook.queue.age.seconds", new AtomicLong());
    for (EndpointStatus status : EndpointStatus.values()) {
      endpoints.put(
          status,
          meters.gauge(
              "tenantry.webhook.endpoints",
              Tags.of("status", status.toString()),
              new AtomicLong()));
    }
    for (String outcome : new String[] {"delivered", "retried", "failed"}) {
      count(outcome, 0);
    }
    for (String outcome : new String[] {"success", "failure"}) {
      Timer unused = timer(outcome);
    }
  }

  /** Counts an attempt. */
  void count(AttemptResult result) {
    timer(result.attempt().succeeded() ? "success" : "failure").record(result.attempt().latency());
    count(
        switch (result.decision()) {
          case DeliveryDecision.Delivered() -> "delivered";
          case DeliveryDecision.Retry retry -> "retried";
          case DeliveryDecision.Failed() -> "failed";
        },
        1);
  }

  private void count(String outcome, int number) {
    meters.counter("tenantry.webhook.deliveries", "outcome", outcome).increment(number);
  }

  private Timer timer(String outcome) {
    return meters.timer("tenantry.webhook.attempts", "outcome", outcome);
  }

  @Scheduled(
      every = "15s",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void update() {
    try {
      Map<EndpointStatus, Long> counts = store.endpointsByStatus();
      endpoints.forEach((status, gauge) -> gauge.set(counts.getOrDefault(status, 0L)));
      oldestSeconds.set(
          store
              .oldestDue()
              .map(due -> Math.max(0, Duration.between(due, clock.instant()).toSeconds()))
              .orElse(0L));
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.debugf("metrics of webhooks could not be read: %s", e);
    }
  }
}
