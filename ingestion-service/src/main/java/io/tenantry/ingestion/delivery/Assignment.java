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

/** This replica's partitions of a topic, and what is to be stored of them before it goes on. */
final class Assignment implements ConsumerRebalanceListener {

  private static final Logger LOG = Logger.getLogger(Assignment.class);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KnownTopic topic;
  private final StartPositions start;
  private final Backlogs backlogs;
  private final Progress progress;
  private final Consumer<Loss> losses;
  private final Map<Integer, Long> lags;
  private final Clock clock;
  private final Set<Integer> unloaded = new HashSet<>();
  private final List<Loss> unrecorded = new ArrayList<>();

  /**
   * Of a topic.
   *
   * @param lags gets how many events there are still to read, by partition
   */
  Assignment(
      KafkaConsumer<byte[], byte[]> consumer,
      KnownTopic topic,
      Backlogs backlogs,
      Progress progress,
      Consumer<Loss> losses,
      Map<Integer, Long> lags,
      Clock clock) {
    this.consumer = consumer;
    this.topic = topic;
    this.start = new StartPositions(consumer, topic.identity());
    this.backlogs = backlogs;
    this.progress = progress;
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
              unloaded.add(partition.partition());
              progress.reached(partition.partition(), position.next());
              position
                  .missed()
                  .ifPresent(
                      missed ->
                          unrecorded.add(
                              loss(partition, missed.next(), position.next(), missed.time())));
            });
    LOG.infof("partitions=%s are assigned", partitions);
  }

  private Loss loss(TopicPartition partition, long from, long to, Optional<Instant> since) {
    return new Loss(
        Optional.empty(), topic, partition.partition(), from, to, since, clock.instant());
  }

  /** The retention has overtaken the worker, or the log was cut off. */
  void moveToKept(Map<TopicPartition, Long> positions) {
    Map<TopicPartition, Long> earliest = consumer.beginningOffsets(positions.keySet());
    positions.forEach(
        (partition, position) -> {
          long next = Maps.require(earliest, partition);
          if (position < next) {
            unrecorded.add(loss(partition, position, next, Optional.empty()));
          }
          consumer.seek(partition, next);
          progress.reached(partition.partition(), next);
        });
  }

  /** How many events of these partitions there are still to read. */
  void noteLag(Collection<TopicPartition> partitions) {
    partitions.forEach(p -> lags.put(p.partition(), consumer.currentLag(p).orElse(0)));
  }

  boolean isRecorded() {
    return unloaded.isEmpty() && unrecorded.isEmpty();
  }

  /**
   * Loads backlogs and records losses. Not when partitions are assigned: the control database may
   * not be available, and Kafka does not ask again.
   */
  void record() {
    for (Iterator<Integer> partitions = unloaded.iterator(); partitions.hasNext(); ) {
      backlogs.load(partitions.next(), topic);
      partitions.remove();
    }
    for (Iterator<Loss> some = unrecorded.iterator(); some.hasNext(); ) {
      losses.accept(some.next());
      some.remove();
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    progress.exclusively(
        () -> {
          for (TopicPartition partition : partitions) {
            unloaded.remove(partition.partition());
            backlogs.drop(partition.partition());
            progress.leave(partition.partition());
            lags.remove(partition.partition());
          }
        });
  }
}
