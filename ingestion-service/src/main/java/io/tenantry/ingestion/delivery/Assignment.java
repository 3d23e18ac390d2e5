package io.tenantry.ingestion.delivery;

import io.tenantry.ingestion.group.StartPositions;
import io.tenantry.ingestion.loss.Loss;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.kernel.runtime.Maps;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** The partitions of a topic that are assigned to this replica, with their backlogs and losses. */
final class Assignment implements ConsumerRebalanceListener {

  private static final Logger LOG = Logger.getLogger(Assignment.class);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KnownTopic topic;
  private final StartPositions start;
  private final Backlogs backlogs;
  private final PartitionOffsets offsets;
  private final Consumer<Loss> losses;
  private final Map<Integer, Long> lags;
  private final Clock clock;
  private final Set<Integer> partitionsToLoad = new HashSet<>();
  private final List<Loss> lossesToRecord = new ArrayList<>();

  /**
   * Creates an assignment without partitions.
   *
   * @param lags receives the number of events still to read, by partition
   */
  Assignment(
      KafkaConsumer<byte[], byte[]> consumer,
      KnownTopic topic,
      Backlogs backlogs,
      PartitionOffsets offsets,
      Consumer<Loss> losses,
      Map<Integer, Long> lags,
      Clock clock) {
    this.consumer = consumer;
    this.topic = topic;
    this.start = new StartPositions(consumer, topic.identity());
    this.backlogs = backlogs;
    this.offsets = offsets;
    this.losses = losses;
    this.lags = lags;
    this.clock = clock;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    start
        .seek(partitions)
        .forEach(
            (partition, position) -> {
              partitionsToLoad.add(partition.partition());
              offsets.set(partition.partition(), position.next());
              position
                  .missed()
                  .ifPresent(
                      missed ->
                          lossesToRecord.add(
                              loss(partition, missed.next(), position.next(), missed.time())));
            });
    LOG.infof("partitions assigned: partitions=%s", partitions);
  }

  private Loss loss(TopicPartition partition, long from, long to, Optional<Instant> since) {
    return new Loss(
        Optional.empty(), topic, partition.partition(), from, to, since, clock.instant());
  }

  /** Continues with the oldest event kept, after the committed offset was deleted or truncated. */
  void seekToEarliest(Map<TopicPartition, Long> positions) {
    Map<TopicPartition, Long> earliest = consumer.beginningOffsets(positions.keySet());
    positions.forEach(
        (partition, position) -> {
          long next = Maps.require(earliest, partition);
          if (position < next) {
            lossesToRecord.add(loss(partition, position, next, Optional.empty()));
          }
          consumer.seek(partition, next);
          offsets.set(partition.partition(), next);
        });
  }

  /** Updates the number of events still to read on these partitions. */
  void updateLag(Collection<TopicPartition> partitions) {
    partitions.forEach(p -> lags.put(p.partition(), consumer.currentLag(p).orElse(0)));
  }

  boolean isUpToDate() {
    return partitionsToLoad.isEmpty() && lossesToRecord.isEmpty();
  }

  /**
   * Loads backlogs and records losses. This is not done in the rebalance callback: the control
   * database may be unavailable then, and Kafka calls it only once.
   */
  void loadAndRecord() {
    for (Iterator<Integer> partitions = partitionsToLoad.iterator(); partitions.hasNext(); ) {
      backlogs.load(partitions.next(), topic);
      partitions.remove();
    }
    for (Iterator<Loss> some = lossesToRecord.iterator(); some.hasNext(); ) {
      losses.accept(some.next());
      some.remove();
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    offsets.runExclusively(
        () -> {
          for (TopicPartition partition : partitions) {
            partitionsToLoad.remove(partition.partition());
            backlogs.drop(partition.partition());
            offsets.remove(partition.partition());
            lags.remove(partition.partition());
          }
        });
  }
}
