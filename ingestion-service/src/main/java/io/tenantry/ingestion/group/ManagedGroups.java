package io.tenantry.ingestion.group;

import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/** The consumer groups of this service, each with the topic it reads. */
@Singleton
public final class ManagedGroups {

  private final String workers;
  private final String deadLetterProcessor;
  private final Map<String, String> topics = new LinkedHashMap<>();

  ManagedGroups(ManagedTopics managed) {
    this.workers = managed.events().name() + "-extraction-workers";
    this.deadLetterProcessor = managed.deadLetters().name() + "-processor";
    topics.put(workers, managed.events().name());
    topics.put(deadLetterProcessor, managed.deadLetters().name());
  }

  /** The group that delivers events to tenants' databases. */
  public String workers() {
    return workers;
  }

  /** The group that reads dead letters into the register. */
  public String deadLetterProcessor() {
    return deadLetterProcessor;
  }

  /** The topic of each group, by the group's name. */
  Map<String, String> topics() {
    return topics;
  }

  /**
   * The topic of a group.
   *
   * @throws TenantryException {@code GROUP_NOT_FOUND} if it is not a group of this service
   */
  String topicOf(String group) {
    String topic = topics.get(group);
    if (topic == null) {
      throw new TenantryException(
          ErrorCode.GROUP_NOT_FOUND,
          "This service has only the groups " + String.join(" and ", topics.keySet()) + ".");
    }
    return topic;
  }
}
