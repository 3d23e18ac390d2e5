package io.tenantry.ingestion.group;

import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.runtime.Maps;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Seeks to a group's committed offsets, and ignores those that belong to another topic of the same
 * name.
 */
public final class StartPositions implements ConsumerRebalanceListener {

  private static final Logger LOG = Logger.getLogger(StartPositions.class);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicIdentity topic;

  /**
   * @param topic the topic that the member reads
   */
  public StartPositions(KafkaConsumer<byte[], byte[]> consumer, TopicIdentity topic) {
    this.consumer = consumer;
    this.topic = topic;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    seek(partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

  /** Seeks to the start position of each partition, and returns the positions. */
  public Map<TopicPartition, StartPosition> seek(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(new HashSet<>(partitions));
    Map<TopicPartition, Long> earliest = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    Map<TopicPartition, StartPosition> positions = new HashMap<>();
    for (TopicPartition partition : partitions) {
      Optional<CommittedOffset> stored =
          Optional.ofNullable(committed.get(partition)).map(CommittedOffset::of);
      StartPosition position =
          StartPosition.of(
              stored, topic, Maps.require(earliest, partition), Maps.require(end, partition));
      if (stored.filter(offset -> offset.next() != position.next()).isPresent()) {
        LOG.warnf(
            "committed offset is not used partition=%s start=%d committed=%s topic=%s",
            partition, position.next(), stored.get(), topic);
      }
      consumer.seek(partition, position.next());
      positions.put(partition, position);
    }
    return positions;
  }
}
