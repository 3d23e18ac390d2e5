package io.tenantry.ingestion.topic;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.event.KafkaUnavailable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the broker about topics: one question for all descriptions, one for all settings. */
@Singleton
final class BrokerTopics {

  private static final List<String> SETTINGS =
      List.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
          TopicConfig.RETENTION_BYTES_CONFIG,
          TopicConfig.RETENTION_MS_CONFIG);

  private final Admin admin;
  private final int patience;

  BrokerTopics(Admin admin, AdminConfig config) {
    this.admin = admin;
    this.patience = (int) config.patience().toMillis();
  }

  /**
   * Those of the topics that exist, in the given order.
   *
   * @throws KafkaUnavailable if no broker answers in time
   */
  List<Topic> describe(Collection<String> names) {
    // Both are asked before either answer is waited for.
    Map<String, KafkaFuture<TopicDescription>> descriptions =
        admin
            .describeTopics(names, new DescribeTopicsOptions().timeoutMs(patience))
            .topicNameValues();
    Map<ConfigResource, KafkaFuture<Config>> configs =
        admin
            .describeConfigs(
                names.stream().map(BrokerTopics::resource).toList(),
                new DescribeConfigsOptions().timeoutMs(patience))
            .values();
    return names.stream()
        .flatMap(
            name ->
                await(descriptions.get(name))
                    .flatMap(
                        description ->
                            await(configs.get(resource(name)))
                                .map(config -> topic(description, config)))
                    .stream())
        .toList();
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
                Collectors.toMap(s -> s, s -> config.get(s).value(), (a, b) -> a, TreeMap::new)));
  }

  /** The answer; empty if there is no such topic. */
  private <T> Optional<T> await(KafkaFuture<T> answer) {
    try {
      // Not left to the client: it asks for the brokers first, and waits for that as it likes.
      return Optional.of(answer.get(patience, TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      if (e.getCause() instanceof RetriableException) {
        throw new KafkaUnavailable(e.getCause());
      }
      throw new KafkaException("the topics could not be described", e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaUnavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailable(e);
    }
  }

  @ConfigMapping(prefix = "tenantry.kafka.admin")
  interface AdminConfig {

    /** How long the broker's answer to a request is waited for. */
    @WithDefault("5s")
    Duration patience();
  }
}
