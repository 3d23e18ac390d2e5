package io.tenantry.kernel.kafka;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Creates the topics that the service declares as beans of type {@link TopicSpec}. A broker that is
 * away does not keep the service from starting: it is not ready until the topics are there.
 */
@Singleton
@Readiness
public final class TopicsAtStart implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(TopicsAtStart.class);

  private final List<TopicSpec> topics;
  private final Admin admin;
  private final Config config;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean ready;

  TopicsAtStart(@All List<TopicSpec> topics, Admin admin, Config config) {
    this.topics = topics;
    this.admin = admin;
    this.config = config;
  }

  void start(@Observes StartupEvent started) {
    Thread.ofVirtual().name("topics-at-start").start(this::ensureUntilDone);
  }

  void stop(@Observes ShutdownEvent stopping) {
    stopped.countDown();
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("topics").status(ready).build();
  }

  private void ensureUntilDone() {
    try {
      Topics creator = new Topics(admin, config.replicationFactor());
      do {
        try {
          Set<String> created = creator.ensure(topics);
          ready = true;
          LOG.infof("topics=%s created=%s", topics.stream().map(TopicSpec::name).toList(), created);
        } catch (KafkaException e) {
          LOG.warnf("the topics could not be created, it is tried again: %s", e.getCause());
        }
      } while (!ready && !stopped.await(config.retryInterval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ConfigMapping(prefix = "tenantry.kafka")
  interface Config {

    /** Copies of each partition ({@code KAFKA_REPLICATION_FACTOR}): 1 on a single broker. */
    @WithDefault("1")
    short replicationFactor();

    /** How long to wait before a broker that was away is asked again. */
    @WithDefault("2s")
    Duration retryInterval();
  }
}
