package io.tenantry.ingestion.topic;

import io.tenantry.ingestion.broker.BrokerAnswers;
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

/** Asks the broker which topic it is that has a name. */
@Singleton
public final class TopicIdentities {

  private final Admin admin;
  private final BrokerAnswers answers;
  private final Duration interval;
  private final Clock clock;

  TopicIdentities(Admin admin, BrokerAnswers answers, TopicsConfig config, Clock clock) {
    this.admin = admin;
    this.answers = answers;
    this.interval = config.checkInterval();
    this.clock = clock;
  }

  /**
   * The topic that has this name now.
   *
   * @throws KafkaUnavailable if no broker answers in time, or there is no such topic
   */
  public TopicIdentity current(String topic) {
    int patience = answers.patience();
    KafkaFuture<String> cluster =
        admin.describeCluster(new DescribeClusterOptions().timeoutMs(patience)).clusterId();
    KafkaFuture<TopicDescription> description =
        Maps.require(
            admin
                .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(patience))
                .topicNameValues(),
            topic);
    try {
      return new TopicIdentity(
          answers.await(cluster), answers.await(description).topicId().toString());
    } catch (UnknownTopicOrPartitionException e) {
      throw new KafkaUnavailable(e);
    }
  }

  /**
   * Checks that a topic is the one that it was.
   *
   * @throws TopicReplaced if it is another
   * @throws KafkaUnavailable as {@link #current}
   */
  public void require(String topic, TopicIdentity former) {
    TopicIdentity now = current(topic);
    if (!now.equals(former)) {
      throw new TopicReplaced(topic, former, now);
    }
  }

  /**
   * Begins to watch the topic that has this name now.
   *
   * @throws KafkaUnavailable as {@link #current}
   */
  public Watch watch(String topic) {
    return new Watch(topic, current(topic));
  }

  /** Notices that a topic is replaced while it is read. For one thread. */
  public final class Watch {

    private final String topic;
    private final TopicIdentity identity;
    private Instant checked;

    private Watch(String topic, TopicIdentity identity) {
      this.topic = topic;
      this.identity = identity;
      this.checked = clock.instant();
    }

    /** The topic when the watch began. */
    public TopicIdentity identity() {
      return identity;
    }

    /**
     * Checks now and then that it still is that topic; a broker that is not available is asked
     * again later.
     *
     * @throws TopicReplaced if it is another
     */
    public void checkRegularly() {
      if (clock.instant().isBefore(checked.plus(interval))) {
        return;
      }
      try {
        check();
      } catch (KafkaException | KafkaUnavailable e) {
        checked = clock.instant();
      }
    }

    /**
     * Checks that it still is that topic.
     *
     * @throws TopicReplaced if it is another
     * @throws KafkaUnavailable as {@link #current}
     */
    public void check() {
      require(topic, identity);
      checked = clock.instant();
    }
  }
}
