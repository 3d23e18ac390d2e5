package io.tenantry.ingestion.loss;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Reports losses of events in the log and the metrics. */
@Singleton
public final class LossMetrics {

  private static final Logger LOG = Logger.getLogger(LossMetrics.class);

  private final MeterRegistry meters;

  LossMetrics(MeterRegistry meters) {
    this.meters = meters;
    for (LossReason reason : LossReason.values()) {
      counter(reason);
    }
  }

  /** Reports events that were older than the topic's retention. */
  public void report(Loss loss) {
    counter(LossReason.RETENTION).increment();
    LOG.errorf(
        "events were lost before they were delivered: reason=%s tenant=%s topic=%s partition=%d"
            + " from=%d to=%d since=%s until=%s",
        LossReason.RETENTION,
        loss.tenantId().map(Object::toString).orElse("all"),
        loss.topic().name(),
        loss.partition(),
        loss.from(),
        loss.to(),
        loss.since().map(Object::toString).orElse("unknown"),
        loss.until());
  }

  /**
   * Reports a topic that was replaced.
   *
   * @param tenants how many tenants had events on it that were known to be not delivered
   */
  public void reportReplaced(String topic, long tenants) {
    counter(LossReason.TOPIC_REPLACED).increment();
    LOG.errorf(
        "events were lost before they were delivered: reason=%s topic=%s tenants=%d",
        LossReason.TOPIC_REPLACED, topic, tenants);
  }

  private Counter counter(LossReason reason) {
    return Counter.builder("tenantry.ingestion.event.losses")
        .description("How often events were found gone from the topic before they were delivered")
        .tag("reason", reason.toString())
        .register(meters);
  }
}
