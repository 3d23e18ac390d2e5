package io.tenantry.kernel.kafka;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.runtime.BackgroundTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Creates the topics that the service declares as beans of type {@link TopicSpec}. The service
 * starts without a broker, but is not ready until the topics exist.
 */
@Singleton
@Readiness
public final class TopicsAtStart implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(TopicsAtStart.class);

  private final List<TopicSpec> topics;
  private final Admin admin;
  private final Config config;
  private final BackgroundTasks background;
  private volatile boolean ready;

  TopicsAtStart(
      @All List<TopicSpec> topics, Admin admin, Config config, BackgroundTasks background) {
    this.topics = topics;
    this.admin = admin;
    this.config = config;
    this.background = background;
  }

  void start(@Observes StartupEvent started) {
    background.untilDone("topics-at-start", config.retryInterval(), this::ensure);
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("topics").status(ready).build();
  }

  private boolean ensure() {
    try {
      Set<String> created = new Topics(admin, config.replicationFactor()).ensure(topics);
      ready = true;
      LOG.infof("topics=%s created=%s", topics.stream().map(TopicSpec::name).toList(), created);
    } catch (KafkaException e) {
      LOG.warnf("the topics could not be created; retrying: %s", e.getCause());
    }
    return ready;
  }

  @ConfigMapping(prefix = "tenantry.kafka")
  interface Config {

    /**
     * The number of replicas of each partition ({@code KAFKA_REPLICATION_FACTOR}); 1 for a single
     * broker.
     */
    @WithDefault("1")
    short replicationFactor();

    /** How long to wait before an unavailable broker is tried again. */
    @WithDefault("2s")
    Duration retryInterval();
  }
}
