package io.tenantry.ingestion.topic;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A topic as the broker has it.
 *
 * @param partitionCount how many partitions it has
 * @param replicationFactor how many copies each partition should have
 * @param config its settings by Kafka's names, the broker's defaults among them
 * @param sizeBytes what its partitions take on disk, one copy of each; only when one topic is asked
 *     for
 * @param partitions its partitions; only when one topic is asked for
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
   * @param leader the broker that serves it; absent while there is none
   * @param replicas the brokers that should have a copy
   * @param inSyncReplicas those whose copy is complete
   * @param earliestOffset of the oldest message that is kept
   * @param latestOffset of the next message to come
   * @param sizeBytes what one copy takes on disk
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
