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

/** Begins with the partitions that this replica gets, and measures how far behind it is. */
@Singleton
final class Assignments {

  private final Backlogs backlogs;
  private final Progress progress;
  private final LossStore lossStore;
  private final LossMetrics lossMetrics;
  private final Clock clock;
  private final Map<Integer, Long> lags = new ConcurrentHashMap<>();

  Assignments(
      Backlogs backlogs,
      Progress progress,
      LossStore lossStore,
      LossMetrics lossMetrics,
      Clock clock,
      MeterRegistry meters) {
    this.backlogs = backlogs;
    this.progress = progress;
    this.lossStore = lossStore;
    this.lossMetrics = lossMetrics;
    this.clock = clock;
    Gauge.builder(
            "tenantry.ingestion.consumer.lag",
            lags,
            all -> all.values().stream().mapToLong(Long::longValue).sum())
        .description("Events on this replica's partitions that its worker has yet to read")
        .register(meters);
  }

  /** Begins with a topic, of which the consumer gets partitions from now on. */
  Assignment begin(KafkaConsumer<byte[], byte[]> consumer, KnownTopic topic) {
    backlogs.begin(topic);
    return new Assignment(consumer, topic, backlogs, progress, this::record, lags, clock);
  }

  private void record(Loss loss) {
    if (lossStore.add(loss)) {
      lossMetrics.report(loss);
    }
  }
}
