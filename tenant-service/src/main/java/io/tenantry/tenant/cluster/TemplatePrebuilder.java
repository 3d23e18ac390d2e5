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
 * Builds golden templates before the first tenant needs them: at startup and for each new version.
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
    Thread.ofVirtual().name("template-prebuilder").start(this::ensureAll);
  }

  /** Covers clusters that were unavailable or registered later; existing templates are skipped. */
  @Scheduled(
      every = "${tenantry.templates.interval:1m}",
      delayed = "${tenantry.templates.interval:1m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void ensureRegularly() {
    ensureAll();
  }

  void start(@Observes BlueprintAccepted news) {
    Thread.ofVirtual().name("template-prebuilder").start(() -> ensure(List.of(news.blueprint())));
  }

  private void ensureAll() {
    ensure(blueprints.all());
  }

  private void ensure(List<Blueprint> wanted) {
    clusters.runOnEach(
        "golden templates not built; retrying",
        cluster -> {
          cluster.requireUsable();
          // A cluster that was deleted in the meantime is not found.
          wanted.forEach(blueprint -> ensure(blueprint, clusters.named(cluster.name())));
        });
  }

  private void ensure(Blueprint blueprint, Cluster cluster) {
    try {
      templates.ensure(blueprint, cluster);
    } catch (RuntimeException e) {
      LOG.warnf(
          e,
          "golden template could not be built; retrying template=%s cluster=%s",
          blueprint.templateName(),
          cluster.name());
    }
  }
}
