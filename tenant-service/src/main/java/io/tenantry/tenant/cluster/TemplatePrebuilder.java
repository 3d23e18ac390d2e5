package io.tenantry.tenant.cluster;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.BlueprintAccepted;
import io.tenantry.tenant.blueprint.Blueprints;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Makes golden templates before the first tenant asks for one: at the start, and with each version.
 */
@Singleton
class TemplatePrebuilder {

  private static final Logger LOG = Logger.getLogger(TemplatePrebuilder.class);

  private final Blueprints blueprints;
  private final Clusters clusters;
  private final GoldenTemplates templates;

  TemplatePrebuilder(Blueprints blueprints, Clusters clusters, GoldenTemplates templates) {
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
    Thread.ofVirtual().name("templates-ahead").start(() -> ensure(List.of(news.blueprint())));
  }

  private void ensureAll() {
    ensure(blueprints.all());
  }

  private void ensure(List<Blueprint> wanted) {
    clusters.runOnEach(
        "templates are made when it can be used",
        cluster -> {
          cluster.requireUsable();
          // One that was deleted meanwhile is not found any more.
          wanted.forEach(blueprint -> ensure(blueprint, clusters.named(cluster.name())));
        });
  }

  private void ensure(Blueprint blueprint, Cluster cluster) {
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
