package io.tenantry.ingestion.topic;

import io.tenantry.ingestion.broker.BrokerResponses;
import io.tenantry.kernel.kafka.KafkaUnavailable;
import io.tenantry.kernel.runtime.Maps;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads from the broker which topic currently has a name. */
@Singleton
public final class TopicIdentities {

  private final Admin admin;
  private final BrokerResponses responses;
  private final Duration interval;
  private final Clock clock;

  TopicIdentities(Admin admin, BrokerResponses responses, TopicsConfig config, Clock clock) {
    this.admin = admin;
    this.responses = responses;
    this.interval = config.checkInterval();
    this.clock = clock;
  }

  /**
   * The topic that currently has this name.
   *
   * @throws KafkaUnavailable if no broker responds in time, or if there is no such topic
   */
  public TopicIdentity current(String topic) {
    int timeout = responses.timeoutMillis();
    KafkaFuture<String> cluster =
        admin.describeCluster(new DescribeClusterOptions().timeoutMs(timeout)).clusterId();
    KafkaFuture<TopicDescription> description =
        Maps.require(
            admin
                .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(timeout))
                .topicNameValues(),
            topic);
    try {
      return new TopicIdentity(
          responses.await(cluster), responses.await(description).topicId().toString());
    } catch (UnknownTopicOrPartitionException e) {
      throw new KafkaUnavailable(e);
    }
  }

  /**
   * Requires that a topic was not replaced.
   *
   * @throws TopicReplaced if it was
   * @throws KafkaUnavailable as {@link #current}
   */
  public void requireUnchanged(String topic, TopicIdentity previous) {
    TopicIdentity current = current(topic);
    if (!current.equals(previous)) {
      throw new TopicReplaced(topic, previous, current);
    }
  }

  /**
   * Starts to watch the topic that currently has this name.
   *
   * @throws KafkaUnavailable as {@link #current}
   */
  public Watch watch(String topic) {
    return new Watch(topic, current(topic));
  }

  /** Detects that a topic is replaced while it is read. Not thread-safe. */
  public final class Watch {

    private final String topic;
    private final TopicIdentity identity;
    private Instant lastCheck;

    private Watch(String topic, TopicIdentity identity) {
      this.topic = topic;
      this.identity = identity;
      this.lastCheck = clock.instant();
    }

    /** The topic at the start of the watch. */
    public TopicIdentity identity() {
      return identity;
    }

    /**
     * Checks, once per interval, that the topic was not replaced. If the broker is unavailable, the
     * check is skipped.
     *
     * @throws TopicReplaced if it was
     */
    public void checkRegularly() {
      if (clock.instant().isBefore(lastCheck.plus(interval))) {
        return;
      }
      try {
        check();
      } catch (KafkaException | KafkaUnavailable e) {
        lastCheck = clock.instant();
      }
    }

    /**
     * Checks that the topic was not replaced.
     *
     * @throws TopicReplaced if it was
     * @throws KafkaUnavailable as {@link #current}
     */
    public void check() {
      requireUnchanged(topic, identity);
      lastCheck = clock.instant();
    }
  }
}
