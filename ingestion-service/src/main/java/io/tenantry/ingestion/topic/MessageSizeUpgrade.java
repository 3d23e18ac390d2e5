package io.tenantry.ingestion.topic;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.kafka.KafkaUnavailable;
import io.tenantry.kernel.kafka.TopicSpec;
import io.tenantry.kernel.runtime.BackgroundTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.jboss.logging.Logger;

/**
 * On startup, raises {@code max.message.bytes} of existing topics if it is too small for the events
 * that this service accepts. The dead letter topic comes first: an event that fits the topic of
 * events only could neither be delivered nor dead-lettered. It never lowers the limit.
 */
@Singleton
final class MessageSizeUpgrade {

  private static final Logger LOG = Logger.getLogger(MessageSizeUpgrade.class);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

  private final ManagedTopics topics;
  private final BrokerTopics broker;
  private final BackgroundTasks background;

  MessageSizeUpgrade(ManagedTopics topics, BrokerTopics broker, BackgroundTasks background) {
    this.topics = topics;
    this.broker = broker;
    this.background = background;
  }

  void start(@Observes StartupEvent started) {
    background.untilDone("message-sizes", RETRY_DELAY, this::tryToRaise);
  }

  private boolean tryToRaise() {
    try {
      raise();
    } catch (KafkaUnavailable e) {
      LOG.debugf("broker unavailable; retrying in 2s: %s", e.getMessage());
      return false;
    } catch (KafkaException e) {
      LOG.warnf(
          "max.message.bytes could not be raised; larger messages are refused until it is set"
              + " required=%d topics=%s,%s: %s",
          topics.largestMessage(),
          topics.deadLetters().name(),
          topics.events().name(),
          e.getMessage());
    }
    return true;
  }

  /**
   * Raises limits that are too small. A missing topic is created with the right limit elsewhere.
   */
  void raise() {
    for (TopicSpec topic : List.of(topics.deadLetters(), topics.events())) {
      for (Topic actual : broker.describe(List.of(topic.name()))) {
        String size = actual.config().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (Integer.parseInt(size) < topics.largestMessage()) {
          broker.set(
              topic.name(),
              Map.of(
                  TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(topics.largestMessage())));
          LOG.infof(
              "max.message.bytes raised topic=%s bytes=%d previous=%s",
              topic.name(), topics.largestMessage(), size);
        }
      }
    }
  }
}
