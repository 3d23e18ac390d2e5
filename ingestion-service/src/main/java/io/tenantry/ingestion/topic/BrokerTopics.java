package io.tenantry.ingestion.topic;

import io.tenantry.ingestion.broker.BrokerResponses;
import io.tenantry.kernel.kafka.KafkaUnavailable;
import io.tenantry.kernel.runtime.Maps;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeLogDirsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads and changes topics by Kafka's admin API, with one request of each kind for all topics. */
@Singleton
final class BrokerTopics {

  private static final List<String> SETTINGS =
      List.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
          TopicConfig.RETENTION_BYTES_CONFIG,
          TopicConfig.RETENTION_MS_CONFIG);

  private final Admin admin;
  private final BrokerResponses responses;

  BrokerTopics(Admin admin, BrokerResponses responses) {
    this.admin = admin;
    this.responses = responses;
  }

  /**
   * Describes the topics that exist, in the given order.
   *
   * @throws KafkaUnavailable if no broker responds in time
   */
  List<Topic> describe(Collection<String> names) {
    return topics(names, descriptions(names));
  }

  /** Describes the topics that exist, with their partitions, in the given order. */
  List<Topic> describeWithPartitions(Collection<String> names) {
    Map<String, TopicDescription> descriptions = descriptions(names);
    List<TopicPartition> all =
        descriptions.values().stream()
            .flatMap(
                d -> d.partitions().stream().map(p -> new TopicPartition(d.name(), p.partition())))
            .toList();
    // Send all requests before waiting for a response.
    var earliest = offsets(all, OffsetSpec.earliest());
    var latest = offsets(all, OffsetSpec.latest());
    Map<Integer, KafkaFuture<Map<String, LogDirDescription>>> logs =
        admin
            .describeLogDirs(
                brokers(descriptions.values()),
                new DescribeLogDirsOptions().timeoutMs(responses.timeoutMillis()))
            .descriptions();
    List<Topic> topics = topics(names, descriptions);
    Map<Integer, Map<TopicPartition, Long>> sizes = new HashMap<>();
    logs.forEach((broker, response) -> sizes.put(broker, sizes(responses.await(response))));
    Map<TopicPartition, ListOffsetsResultInfo> first = responses.await(earliest);
    Map<TopicPartition, ListOffsetsResultInfo> end = responses.await(latest);
    return topics.stream()
        .map(
            topic ->
                topic.with(
                    Maps.require(descriptions, topic.name()).partitions().stream()
                        .map(
                            partition -> {
                              TopicPartition id =
                                  new TopicPartition(topic.name(), partition.partition());
                              return partition(
                                  partition,
                                  Maps.require(first, id).offset(),
                                  Maps.require(end, id).offset(),
                                  size(partition, id, sizes));
                            })
                        .toList()))
        .toList();
  }

  private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
      List<TopicPartition> partitions, OffsetSpec spec) {
    return admin
        .listOffsets(
            partitions.stream().collect(Collectors.toMap(p -> p, p -> spec)),
            new ListOffsetsOptions().timeoutMs(responses.timeoutMillis()))
        .all();
  }

  private static List<Integer> brokers(Collection<TopicDescription> descriptions) {
    return descriptions.stream()
        .flatMap(d -> d.partitions().stream())
        .flatMap(p -> p.replicas().stream())
        .map(Node::id)
        .distinct()
        .toList();
  }

  private static Map<TopicPartition, Long> sizes(Map<String, LogDirDescription> logs) {
    Map<TopicPartition, Long> sizes = new HashMap<>();
    logs.values().stream()
        .flatMap(log -> log.replicaInfos().entrySet().stream())
        // A replica that is being moved to another disk is listed twice; ignore the future one.
        .filter(replica -> !replica.getValue().isFuture())
        .forEach(replica -> sizes.put(replica.getKey(), replica.getValue().size()));
    return sizes;
  }

  /** The size of the leader's replica, or of any replica if there is no leader. */
  private static long size(
      TopicPartitionInfo partition,
      TopicPartition id,
      Map<Integer, Map<TopicPartition, Long>> sizes) {
    Node copy = partition.leader() == null ? partition.replicas().getFirst() : partition.leader();
    return sizes.getOrDefault(copy.id(), Map.of()).getOrDefault(id, 0L);
  }

  private static Topic.Partition partition(
      TopicPartitionInfo partition, long earliest, long latest, long size) {
    return new Topic.Partition(
        partition.partition(),
        Optional.ofNullable(partition.leader()).map(Node::id),
        partition.replicas().stream().map(Node::id).toList(),
        partition.isr().stream().map(Node::id).toList(),
        earliest,
        latest,
        size);
  }

  private Map<String, TopicDescription> descriptions(Collection<String> names) {
    Map<String, TopicDescription> found = new HashMap<>();
    admin
        .describeTopics(names, new DescribeTopicsOptions().timeoutMs(responses.timeoutMillis()))
        .topicNameValues()
        .forEach(
            (name, response) ->
                responses
                    .awaitUnless(UnknownTopicOrPartitionException.class, response)
                    .ifPresent(description -> found.put(name, description)));
    return found;
  }

  private List<Topic> topics(Collection<String> names, Map<String, TopicDescription> descriptions) {
    List<String> existing = names.stream().filter(descriptions::containsKey).toList();
    Map<ConfigResource, KafkaFuture<Config>> configs =
        admin
            .describeConfigs(
                existing.stream().map(BrokerTopics::resource).toList(),
                new DescribeConfigsOptions().timeoutMs(responses.timeoutMillis()))
            .values();
    List<Topic> topics = new ArrayList<>();
    for (String name : existing) {
      responses
          .awaitUnless(
              UnknownTopicOrPartitionException.class, Maps.require(configs, resource(name)))
          .ifPresent(config -> topics.add(topic(Maps.require(descriptions, name), config)));
    }
    return topics;
  }

  private static ConfigResource resource(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  private static Topic topic(TopicDescription description, Config config) {
    return new Topic(
        description.name(),
        description.partitions().size(),
        description.partitions().getFirst().replicas().size(),
        SETTINGS.stream()
            .collect(
                Collectors.toMap(s -> s, s -> config.get(s).value(), (a, b) -> a, TreeMap::new)),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Waits until the broker lists a topic that was just created; brokers propagate this
   * asynchronously.
   */
  void awaitTopic(String name) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(responses.timeoutMillis());
    while (!descriptions(List.of(name)).containsKey(name) && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Changes these settings of a topic; other settings are not changed. */
  void set(String topic, Map<String, String> settings) {
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            resource(topic),
            settings.entrySet().stream()
                .map(s -> new ConfigEntry(s.getKey(), s.getValue()))
                .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
                .toList());
    responses.await(
        admin
            .incrementalAlterConfigs(
                change, new AlterConfigsOptions().timeoutMs(responses.timeoutMillis()))
            .all());
  }

  /** Increases the number of a topic's partitions. */
  void increasePartitions(String topic, int partitions) {
    responses.await(
        admin
            .createPartitions(
                Map.of(topic, NewPartitions.increaseTo(partitions)),
                new CreatePartitionsOptions().timeoutMs(responses.timeoutMillis()))
            .all());
  }
}
