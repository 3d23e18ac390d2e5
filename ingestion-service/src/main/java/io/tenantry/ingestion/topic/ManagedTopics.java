package io.tenantry.ingestion.topic;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.kafka.TopicSpec;
import java.util.List;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The desired settings of the topics that this service manages. No other topic is changed.
 *
 * @param events the topic of tenants' events
 * @param deadLetters the topic of dead letters
 */
public record ManagedTopics(TopicSpec events, TopicSpec deadLetters) {

  /** The maximum message size of both topics in bytes. */
  public int largestMessage() {
    return Integer.parseInt(events.config().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
  }

  List<TopicSpec> all() {
    return List.of(events, deadLetters);
  }

  List<String> names() {
    return all().stream().map(TopicSpec::name).toList();
  }

  /**
   * The topic of this name.
   *
   * @throws TenantryException {@code TOPIC_NOT_FOUND} if this service does not manage it
   */
  public TopicSpec get(String name) {
    return all().stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.TOPIC_NOT_FOUND,
                    "This service manages only the topics " + String.join(" and ", names()) + "."));
  }
}
