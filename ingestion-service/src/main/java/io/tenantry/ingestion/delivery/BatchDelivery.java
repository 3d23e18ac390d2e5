package io.tenantry.ingestion.delivery;

import io.tenantry.ingestion.topic.TopicIdentity;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/**
 * Delivers the messages of one poll. A tenant whose database is unavailable is skipped: a backlog
 * is opened for it, unless it has one.
 */
@Singleton
final class BatchDelivery {

  private static final Logger LOG = Logger.getLogger(BatchDelivery.class);

  private final DeliveryDispatcher dispatcher;
  private final Backlogs backlogs;
  private final PartitionOffsets offsets;

  BatchDelivery(DeliveryDispatcher dispatcher, Backlogs backlogs, PartitionOffsets offsets) {
    this.dispatcher = dispatcher;
    this.backlogs = backlogs;
    this.offsets = offsets;
  }

  void deliver(ConsumerRecords<byte[], byte[]> records, TopicIdentity source) {
    DeliveryDispatcher.MessagesByTenant messages =
        DeliveryDispatcher.MessagesByTenant.of(records)
            .only(target -> !backlogs.contains(target.partition(), target.tenant()));
    dispatcher.sendUnownedToDeadLetters(source, messages.unowned());
    dispatcher
        .deliver(source, messages.owned())
        .forEach(
            (target, unreachable) -> {
              LOG.warnf(
                  "tenant database unavailable; its events are delivered later tenant=%s: %s",
                  target.tenant(), unreachable.reason());
              backlogs.open(
                  target.partition(), target.tenant(), unreachable.offset(), unreachable.reason());
            });
    records
        .partitions()
        .forEach(p -> offsets.set(p.partition(), records.records(p).getLast().offset() + 1));
  }
}
