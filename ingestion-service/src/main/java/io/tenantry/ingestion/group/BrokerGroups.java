package io.tenantry.ingestion.group;

import io.tenantry.ingestion.broker.BrokerResponses;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.Maps;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes consumer groups by Kafka's admin API, with one request of each kind for all
 * groups.
 */
@Singleton
final class BrokerGroups {

  private final Admin admin;
  private final BrokerResponses responses;
  private final TopicIdentities identities;

  BrokerGroups(Admin admin, BrokerResponses responses, TopicIdentities identities) {
    this.admin = admin;
    this.responses = responses;
    this.identities = identities;
  }

  /** The earliest and the latest offset of a partition. */
  private record Range(long earliest, long latest) {

    long within(long offset) {
      return Math.clamp(offset, earliest, latest);
    }
  }

  /**
   * Describes groups, each with the topic it reads.
   *
   * @param topics the topic of each group, by the group's name
   */
  List<ConsumerGroup> describe(Map<String, String> topics) {
    Map<TopicPartition, Range> ranges = ranges(topics.values());
    Map<String, ConsumerGroupDescription> descriptions = descriptions(topics.keySet());
    Map<String, Map<TopicPartition, Long>> committed = committed(descriptions.keySet());
    return topics.entrySet().stream()
        .map(
            group ->
                Optional.ofNullable(descriptions.get(group.getKey()))
                    .map(
                        d ->
                            group(
                                d,
                                group.getValue(),
                                Maps.require(committed, group.getKey()),
                                ranges))
                    .orElseGet(() -> notFound(group.getKey(), group.getValue())))
        .toList();
  }

  private static ConsumerGroup notFound(String group, String topic) {
    return new ConsumerGroup(
        group, topic, false, Optional.empty(), List.of(), List.of(), Optional.empty());
  }

  private static ConsumerGroup group(
      ConsumerGroupDescription description,
      String topic,
      Map<TopicPartition, Long> committed,
      Map<TopicPartition, Range> ranges) {
    List<ConsumerGroup.Offset> offsets =
        partitionsOf(topic, ranges)
            .map(
                partition -> {
                  Range range = Maps.require(ranges, partition);
                  Optional<Long> next = Optional.ofNullable(committed.get(partition));
                  return new ConsumerGroup.Offset(
                      partition.partition(),
                      next,
                      range.earliest(),
                      range.latest(),
                      range.latest() - range.within(next.orElse(range.earliest())));
                })
            .toList();
    return new ConsumerGroup(
        description.groupId(),
        topic,
        true,
        Optional.of(description.groupState().name().toLowerCase(Locale.ROOT)),
        description.members().stream()
            .map(
                member ->
                    new ConsumerGroup.Member(
                        member.consumerId(),
                        member.clientId(),
                        member.host(),
                        member.assignment().topicPartitions().stream()
                            .filter(partition -> partition.topic().equals(topic))
                            .map(TopicPartition::partition)
                            .sorted()
                            .toList()))
            .toList(),
        offsets,
        Optional.of(offsets.stream().mapToLong(ConsumerGroup.Offset::lag).sum()));
  }

  private static Stream<TopicPartition> partitionsOf(
      String topic, Map<TopicPartition, Range> ranges) {
    return ranges.keySet().stream()
        .filter(partition -> partition.topic().equals(topic))
        .sorted(Comparator.comparingInt(TopicPartition::partition));
  }

  private Map<String, ConsumerGroupDescription> descriptions(Collection<String> groups) {
    Map<String, ConsumerGroupDescription> found = new HashMap<>();
    admin
        .describeConsumerGroups(
            groups, new DescribeConsumerGroupsOptions().timeoutMs(responses.timeoutMillis()))
        .describedGroups()
        .forEach(
            (name, response) ->
                responses
                    .awaitUnless(GroupIdNotFoundException.class, response)
                    .ifPresent(description -> found.put(name, description)));
    return found;
  }

  private Map<String, Map<TopicPartition, Long>> committed(Collection<String> groups) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    Map<String, Map<TopicPartition, OffsetAndMetadata>> all =
        responses.await(
            admin
                .listConsumerGroupOffsets(
                    groups.stream()
                        .collect(
                            Collectors.toMap(
                                Function.identity(), group -> new ListConsumerGroupOffsetsSpec())),
                    new ListConsumerGroupOffsetsOptions().timeoutMs(responses.timeoutMillis()))
                .all());
    Map<String, Map<TopicPartition, Long>> offsets = new HashMap<>();
    all.forEach(
        (group, partitions) -> {
          Map<TopicPartition, Long> next = new HashMap<>();
          partitions.forEach(
              (partition, offset) -> {
                if (offset != null) {
                  next.put(partition, offset.offset());
                }
              });
          offsets.put(group, next);
        });
    return offsets;
  }

  private Map<TopicPartition, Range> ranges(Collection<String> topics) {
    List<TopicPartition> partitions = partitions(topics);
    var earliest = offsets(partitions, OffsetSpec.earliest());
    var latest = offsets(partitions, OffsetSpec.latest());
    Map<TopicPartition, Long> first = responses.await(earliest);
    Map<TopicPartition, Long> end = responses.await(latest);
    return partitions.stream()
        .collect(
            Collectors.toMap(p -> p, p -> new Range(Maps.require(first, p), Maps.require(end, p))));
  }

  private List<TopicPartition> partitions(Collection<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    admin
        .describeTopics(topics, new DescribeTopicsOptions().timeoutMs(responses.timeoutMillis()))
        .topicNameValues()
        .values()
        .forEach(
            response ->
                responses
                    .awaitUnless(UnknownTopicOrPartitionException.class, response)
                    .ifPresent(topic -> partitions.addAll(partitions(topic))));
    return partitions;
  }

  private static List<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(TopicPartitionInfo::partition)
        .map(partition -> new TopicPartition(topic.name(), partition))
        .toList();
  }

  private KafkaFuture<Map<TopicPartition, Long>> offsets(
      Collection<TopicPartition> partitions, OffsetSpec spec) {
    return admin
        .listOffsets(
            partitions.stream().collect(Collectors.toMap(p -> p, p -> spec)),
            new ListOffsetsOptions().timeoutMs(responses.timeoutMillis()))
        .all()
        .thenApply(
            infos ->
                infos.entrySet().stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, info -> info.getValue().offset())));
  }

  /**
   * Computes the offsets that a reset would commit, per partition.
   *
   * @throws TenantryException {@code VALIDATION_FAILED} if the topic has no such partition
   */
  List<OffsetsReset.Move> plan(String group, String topic, ResetOffsets reset) {
    Map<TopicPartition, Range> ranges = ranges(List.of(topic));
    List<TopicPartition> chosen =
        partitionsOf(topic, ranges)
            .filter(p -> reset.partitions() == null || reset.partitions().contains(p.partition()))
            .toList();
    if (reset.partitions() != null
        && chosen.size() < reset.partitions().stream().distinct().count()) {
      throw new InvalidRequest("partitions", "names a partition that the topic does not have");
    }
    Map<TopicPartition, Long> from =
        descriptions(List.of(group)).isEmpty()
            ? Map.of()
            : Maps.require(committed(List.of(group)), group);
    Map<TopicPartition, Long> at =
        Optional.ofNullable(reset.time())
            .map(time -> OffsetSpec.forTimestamp(time.toEpochMilli()))
            .map(time -> responses.await(offsets(chosen, time)))
            .orElse(Map.of());
    return chosen.stream()
        .map(
            partition ->
                new OffsetsReset.Move(
                    partition.partition(),
                    Optional.ofNullable(from.get(partition)),
                    target(
                        reset, Maps.require(ranges, partition), at.getOrDefault(partition, -1L))))
        .toList();
  }

  private static long target(ResetOffsets reset, Range range, long atTime) {
    return switch (reset.to()) {
      case EARLIEST -> range.earliest();
      case LATEST -> range.latest();
      case OFFSET -> range.within(Optional.ofNullable(reset.offset()).orElseThrow());
      // Kafka returns -1 if all messages are older.
      case TIME -> atTime < 0 ? range.latest() : atTime;
    };
  }

  /**
   * Sets the group's offsets.
   *
   * @throws TenantryException {@code GROUP_ACTIVE} if it has members
   */
  void move(String group, String topic, List<OffsetsReset.Move> moves) {
    TopicIdentity identity = identities.current(topic);
    Map<TopicPartition, OffsetAndMetadata> offsets =
        moves.stream()
            .collect(
                Collectors.toMap(
                    move -> new TopicPartition(topic, move.partition()),
                    move ->
                        new CommittedOffset(move.to(), Optional.of(identity), Optional.empty())
                            .toKafka()));
    try {
      responses.await(
          admin
              .alterConsumerGroupOffsets(
                  group,
                  offsets,
                  new AlterConsumerGroupOffsetsOptions().timeoutMs(responses.timeoutMillis()))
              .all());
    } catch (UnknownMemberIdException | GroupNotEmptyException e) {
      // The broker decides: a member may have joined since the check.
      throw active(group, e);
    }
  }

  /**
   * Requires that the group has no members.
   *
   * @throws TenantryException {@code GROUP_ACTIVE}
   */
  void requireNoMembers(String group) {
    descriptions(List.of(group)).values().stream()
        .filter(description -> !description.members().isEmpty())
        .findFirst()
        .ifPresent(
            description -> {
              throw active(group, null);
            });
  }

  private static TenantryException active(String group, @Nullable Throwable cause) {
    return new TenantryException(
        ErrorCode.GROUP_ACTIVE,
        "Offsets of group %s cannot be reset while it has members. Stop its consumers first."
            .formatted(group),
        cause);
  }
}
