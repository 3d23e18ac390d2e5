package io.tenantry.ingestion.topic;

import io.tenantry.kernel.event.TopicSpec;
import java.util.List;

/**
 * The topics as they should be.
 *
 * @param events what tenants send
 * @param deadLetters what could not be handled
 */
record ManagedTopics(TopicSpec events, TopicSpec deadLetters) {

  List<String> names() {
    return List.of(events.name(), deadLetters.name());
  }
}
