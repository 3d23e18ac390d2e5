package io.tenantry.kernel.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates topics; existing ones are not changed. */
public final class Topics {

  private final Admin admin;
  private final short replicationFactor;

  /**
   * @param replicationFactor the number of replicas of each partition, at most the number of
   *     brokers
   */
  public Topics(Admin admin, short replicationFactor) {
    this.admin = admin;
    this.replicationFactor = replicationFactor;
  }

  /**
   * Creates missing topics, in one call to the broker.
   *
   * @return the names of the topics that were created
   * @throws KafkaException if the broker is unavailable or refuses
   */
  public Set<String> ensure(Collection<TopicSpec> topics) {
    CreateTopicsResult result =
        admin.createTopics(topics.stream().map(t -> t.withReplicas(replicationFactor)).toList());
    return result.values().entrySet().stream()
        .filter(topic -> created(topic.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean created(KafkaFuture<Void> creation) {
    try {
      creation.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw new KafkaException("a topic could not be created", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while a topic was created", e);
    }
  }
}
