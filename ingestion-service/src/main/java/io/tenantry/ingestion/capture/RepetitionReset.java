package io.tenantry.ingestion.capture;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Forgets which events were accepted when the topic they are on was replaced: they are gone with
 * it, and a sender that sends one again must not be told that it is accepted.
 */
@Singleton
public class RepetitionReset {

  private static final Logger LOG = Logger.getLogger(RepetitionReset.class);

  private final String topic;
  private final TopicIdentities identities;
  private final RepetitionWindow window;
  private Optional<TopicIdentity> known = Optional.empty();

  RepetitionReset(ManagedTopics topics, TopicIdentities identities, RepetitionWindow window) {
    this.topic = topics.events().name();
    this.identities = identities;
    this.window = window;
  }

  @Scheduled(every = "5s", delayed = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void check() {
    try {
      TopicIdentity now = identities.current(topic);
      known.filter(former -> !former.equals(now)).ifPresent(former -> forget(former, now));
      // At once, not at the next check: the topic may be replaced again before.
      known = Optional.of(now);
    } catch (TenantryException | KafkaException e) {
      LOG.debugf("the topic is checked later: %s", e.getMessage());
    }
  }

  private void forget(TopicIdentity former, TopicIdentity now) {
    LOG.warnf(
        "topic was replaced; accepted events are forgotten topic=%s former=%s now=%s",
        topic, former, now);
    window.clear();
  }
}
