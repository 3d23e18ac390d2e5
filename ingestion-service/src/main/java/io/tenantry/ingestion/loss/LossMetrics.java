package io.tenantry.ingestion.loss;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Reports lost events in the log and in metrics. */
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

  /** Reports events that exceeded the topic's retention. */
  public void report(Loss loss) {
    counter(LossReason.RETENTION).increment();
    LOG.errorf(
        "events were lost before delivery reason=%s tenant=%s topic=%s partition=%d"
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
   * @param tenants the number of tenants with a backlog on it
   */
  public void reportReplaced(String topic, long tenants) {
    counter(LossReason.TOPIC_REPLACED).increment();
    LOG.errorf(
        "events were lost before delivery reason=%s topic=%s tenants=%d",
        LossReason.TOPIC_REPLACED, topic, tenants);
  }

  private Counter counter(LossReason reason) {
    return Counter.builder("tenantry.ingestion.event.losses")
        .description(
            "Number of times that events were found deleted from the topic before delivery")
        .tag("reason", reason.toString())
        .register(meters);
  }
}
