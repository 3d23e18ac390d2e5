package io.tenantry.ingestion.delivery;

import io.tenantry.ingestion.topic.TopicIdentity;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/**
 * Delivers what a poll has brought. A tenant whose database is not available is passed by: its
 * backlog begins, or is there already.
 */
@Singleton
final class Batches {

  private static final Logger LOG = Logger.getLogger(Batches.class);

  private final Deliveries deliveries;
  private final Backlogs backlogs;
  private final Progress progress;

  Batches(Deliveries deliveries, Backlogs backlogs, Progress progress) {
    this.deliveries = deliveries;
    this.backlogs = backlogs;
    this.progress = progress;
  }

  void deliver(ConsumerRecords<byte[], byte[]> records, TopicIdentity source) {
    Deliveries.Sorted sorted =
        Deliveries.Sorted.of(records)
            .only(lane -> !backlogs.contains(lane.partition(), lane.tenant()));
    deliveries.buryUnowned(source, sorted.unowned());
    deliveries
        .deliver(source, sorted.lanes())
        .forEach(
            (lane, away) -> {
              LOG.warnf("tenant=%s is passed by: %s", lane.tenant(), away.reason());
              backlogs.open(lane.partition(), lane.tenant(), away.offset(), away.reason());
            });
    records
        .partitions()
        .forEach(p -> progress.reached(p.partition(), records.records(p).getLast().offset() + 1));
  }
}
