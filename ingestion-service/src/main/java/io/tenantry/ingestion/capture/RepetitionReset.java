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
 * Clears the repetition window when the topic of events was replaced. The accepted events were
 * deleted with the topic, so one that is sent again must be written again. The window is also
 * cleared at the first check after a start, because the topic of the events accepted until then is
 * unknown.
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
      TopicIdentity current = identities.current(topic);
      if (!known.equals(Optional.of(current))) {
        known.ifPresent(
            previous ->
                LOG.warnf(
                    "topic was replaced; clearing the repetition window topic=%s previous=%s"
                        + " current=%s",
                    topic, previous, current));
        // Now and not at the next check: the topic may be replaced again before that.
        known = Optional.of(current);
        window.clear();
      }
    } catch (TenantryException | KafkaException e) {
      LOG.debugf("check of the topic's identity failed; retrying in 5s: %s", e.getMessage());
    }
  }
}
