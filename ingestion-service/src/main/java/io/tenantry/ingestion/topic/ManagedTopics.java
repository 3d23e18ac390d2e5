package io.tenantry.ingestion.topic;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.kafka.TopicSpec;
import java.util.List;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topics as they should be. No other is ever touched.
 *
 * @param events what tenants send
 * @param deadLetters what could not be handled
 */
public record ManagedTopics(TopicSpec events, TopicSpec deadLetters) {

  /** The largest message that they take, in bytes. */
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
   * @throws TenantryException {@code TOPIC_NOT_FOUND} if it is none that this service manages
   */
  public TopicSpec get(String name) {
    return all().stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.TOPIC_NOT_FOUND,
                    "This service manages the topics " + String.join(" and ", names()) + " only."));
  }
}
