package io.tenantry.ingestion.topic;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A topic as it exists on the broker.
 *
 * @param partitionCount the number of partitions
 * @param replicationFactor the number of replicas of each partition
 * @param config its settings by Kafka's names, including the broker's defaults
 * @param sizeBytes the size of its partitions on disk, one replica of each; only when a single
 *     topic is requested
 * @param partitions its partitions; only when a single topic is requested
 */
@RegisterForReflection
record Topic(
    String name,
    int partitionCount,
    int replicationFactor,
    Map<String, String> config,
    Optional<Long> sizeBytes,
    Optional<List<Partition>> partitions) {

  /**
   * A partition.
   *
   * @param leader the broker that leads it; absent if there is no leader
   * @param replicas the brokers that are assigned a replica
   * @param inSyncReplicas the brokers whose replica is in sync
   * @param earliestOffset the offset of the oldest message that is kept
   * @param latestOffset the offset of the next message to be written
   * @param sizeBytes the size of one replica on disk
   */
  @RegisterForReflection
  record Partition(
      int partition,
      Optional<Integer> leader,
      List<Integer> replicas,
      List<Integer> inSyncReplicas,
      long earliestOffset,
      long latestOffset,
      long sizeBytes) {}

  Topic with(List<Partition> all) {
    return new Topic(
        name,
        partitionCount,
        replicationFactor,
        config,
        Optional.of(all.stream().mapToLong(Partition::sizeBytes).sum()),
        Optional.of(all));
  }
}
