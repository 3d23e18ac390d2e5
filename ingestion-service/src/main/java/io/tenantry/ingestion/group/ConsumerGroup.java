package io.tenantry.ingestion.group;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * A consumer group as the broker has it.
 *
 * @param exists whether the broker has it; without, nothing else is there
 * @param state {@code stable}, {@code empty}, {@code preparing_rebalance}, …
 * @param members who reads, and which partitions
 * @param offsets how far it is, per partition of the topic that it is for
 * @param lag how many messages it has yet to read, over all partitions
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

  /** A consumer of the group and its partitions of the topic. */
  @RegisterForReflection
  record Member(String memberId, String clientId, String host, List<Integer> partitions) {}

  /**
   * How far the group is on a partition.
   *
   * @param committed the offset of the next message it will read; absent if it has committed none
   * @param earliest the offset of the oldest message that is kept
   * @param latest the offset of the next message to come
   * @param lag how many messages it has yet to read; all that are kept if it has committed none
   */
  @RegisterForReflection
  record Offset(int partition, Optional<Long> committed, long earliest, long latest, long lag) {}
}
