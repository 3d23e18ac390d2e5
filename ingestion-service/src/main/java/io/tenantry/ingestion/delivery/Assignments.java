package io.tenantry.ingestion.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.loss.Loss;
import io.tenantry.ingestion.loss.LossMetrics;
import io.tenantry.ingestion.loss.LossStore;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Creates assignments and exports their lag as a metric. */
@Singleton
final class Assignments {

  private final Backlogs backlogs;
  private final PartitionOffsets offsets;
  private final LossStore lossStore;
  private final LossMetrics lossMetrics;
  private final Clock clock;
  private final Map<Integer, Long> lags = new ConcurrentHashMap<>();

  Assignments(
      Backlogs backlogs,
      PartitionOffsets offsets,
      LossStore lossStore,
      LossMetrics lossMetrics,
      Clock clock,
      MeterRegistry meters) {
    this.backlogs = backlogs;
    this.offsets = offsets;
    this.lossStore = lossStore;
    this.lossMetrics = lossMetrics;
    this.clock = clock;
    Gauge.builder(
            "tenantry.ingestion.consumer.lag",
            lags,
            all -> all.values().stream().mapToLong(Long::longValue).sum())
        .description("Events on this replica's partitions not yet read by its worker")
        .register(meters);
  }

  /** Creates the assignment for a consumer that is about to subscribe to the topic. */
  Assignment start(KafkaConsumer<byte[], byte[]> consumer, KnownTopic topic) {
    backlogs.start(topic);
    return new Assignment(consumer, topic, backlogs, offsets, this::record, lags, clock);
  }

  private void record(Loss loss) {
    if (lossStore.add(loss)) {
      lossMetrics.report(loss);
    }
  }
}
