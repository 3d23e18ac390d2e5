package io.tenantry.tenant.cluster;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.BlueprintAccepted;
import io.tenantry.tenant.blueprint.Blueprints;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Makes golden templates before the first tenant asks for one: at the start, and with each version.
 */
@Singleton
class TemplatesAhead {

  private static final Logger LOG = Logger.getLogger(TemplatesAhead.class);

  private final Blueprints blueprints;
  private final Clusters clusters;
  private final GoldenTemplates templates;

  TemplatesAhead(Blueprints blueprints, Clusters clusters, GoldenTemplates templates) {
    this.blueprints = blueprints;
    this.clusters = clusters;
    this.templates = templates;
  }

  void start(@Observes StartupEvent started) {
    Thread.ofVirtual().name("templates-ahead").start(this::ensureAll);
  }

  /** For clusters that were away, or came since; what is there is not looked at again. */
  @Scheduled(
      every = "${tenantry.templates.interval:1m}",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void ensureRegularly() {
    ensureAll();
  }

  void start(@Observes BlueprintAccepted news) {
    Thread.ofVirtual().name("templates-ahead").start(() -> ensure(news.blueprint()));
  }

  private void ensureAll() {
    blueprints.all().forEach(this::ensure);
  }

  private void ensure(Blueprint blueprint) {
    for (Cluster cluster : clusters.all()) {
      try {
        templates.ensure(blueprint, cluster);
      } catch (RuntimeException e) {
        LOG.warnf(
            e,
            "template=%s cluster=%s is made with its first tenant instead",
            blueprint.templateName(),
            cluster.name());
      }
    }
  }
}
