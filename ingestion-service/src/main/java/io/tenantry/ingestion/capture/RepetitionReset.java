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
 * it, and a sender that sends one again must not be told that it is accepted. At the first look
 * after a start it forgets as well, for nobody knows which topic they went to.
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
      if (!known.equals(Optional.of(now))) {
        known.ifPresent(
            former ->
                LOG.warnf(
                    "topic was replaced; accepted events are forgotten topic=%s former=%s now=%s",
                    topic, former, now));
        // At once, not at the next look: the topic may be replaced again before.
        known = Optional.of(now);
        window.clear();
      }
    } catch (TenantryException | KafkaException e) {
      LOG.debugf("the topic is checked later: %s", e.getMessage());
    }
  }
}
