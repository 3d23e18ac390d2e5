package io.tenantry.ingestion.group;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * A consumer group.
 *
 * @param exists whether the broker knows it; if not, all other fields are empty
 * @param state {@code stable}, {@code empty}, {@code preparing_rebalance}, …
 * @param members its consumers, with their partitions
 * @param offsets its committed offsets, per partition of its topic
 * @param lag the number of messages still to read, over all partitions
 */
@RegisterForReflection
record ConsumerGroup(
    String group,
    String topic,
    boolean exists,
    Optional<String> state,
    List<Member> members,
    List<Offset> offsets,
    Optional<Long> lag) {

  /** A consumer of the group, with its partitions of the topic. */
  @RegisterForReflection
  record Member(String memberId, String clientId, String host, List<Integer> partitions) {}

  /**
   * The group's offset on a partition.
   *
   * @param committed the offset of the next message it will read; absent if it has committed none
   * @param earliest the offset of the oldest message that is kept
   * @param latest the offset of the next message to be written
   * @param lag the number of messages still to read; all that are kept if it has committed none
   */
  @RegisterForReflection
  record Offset(int partition, Optional<Long> committed, long earliest, long latest, long lag) {}
}
