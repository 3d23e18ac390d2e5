package io.tenantry.ingestion.capture;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.ingestion.topic.TopicReplaced;
import io.tenantry.kernel.problem.TenantryException;
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
  private Optional<TopicIdentities.Watch> watch = Optional.empty();

  RepetitionReset(ManagedTopics topics, TopicIdentities identities, RepetitionWindow window) {
    this.topic = topics.events().name();
    this.identities = identities;
    this.window = window;
  }

  @Scheduled(every = "5s", delayed = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void check() {
    try {
      if (watch.isEmpty()) {
        watch = Optional.of(identities.watch(topic));
      }
      watch.get().check();
    } catch (TopicReplaced e) {
      LOG.warnf("accepted events are forgotten: %s", e.getMessage());
      watch = Optional.empty();
      window.clear();
    } catch (TenantryException | KafkaException e) {
      LOG.debugf("the topic is checked later: %s", e.getMessage());
    }
  }
}
