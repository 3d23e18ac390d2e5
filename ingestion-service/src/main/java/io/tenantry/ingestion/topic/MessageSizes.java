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
 * At the start, raises the size of messages that existing topics take, if it is too small for the
 * events that this service accepts. First that of the dead letters: an event that the one topic
 * takes and the other does not could neither be delivered nor be a dead letter. It lowers nothing.
 */
@Singleton
final class MessageSizes {

  private static final Logger LOG = Logger.getLogger(MessageSizes.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final ManagedTopics topics;
  private final BrokerTopics broker;
  private final BackgroundTasks background;

  MessageSizes(ManagedTopics topics, BrokerTopics broker, BackgroundTasks background) {
    this.topics = topics;
    this.broker = broker;
    this.background = background;
  }

  void start(@Observes StartupEvent started) {
    background.untilDone("message-sizes", RETRY, this::tryToRaise);
  }

  private boolean tryToRaise() {
    try {
      raise();
    } catch (KafkaUnavailable e) {
      LOG.debugf("the broker is not there: %s", e.getMessage());
      return false;
    } catch (KafkaException e) {
      LOG.warnf(
          "max.message.bytes could not be raised; messages larger than the topic's limit are refused until it is set to %d topics=%s,%s: %s",
          topics.largestMessage(),
          topics.deadLetters().name(),
          topics.events().name(),
          e.getMessage());
    }
    return true;
  }

  /** Raises what is too small. A topic that is not there is created with the right size. */
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
              "topic=%s max.message.bytes=%d before=%s",
              topic.name(), topics.largestMessage(), size);
        }
      }
    }
  }
}
