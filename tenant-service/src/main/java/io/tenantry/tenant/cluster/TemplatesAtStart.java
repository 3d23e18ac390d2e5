package io.tenantry.tenant.cluster;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.tenant.blueprint.Blueprints;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Makes the golden templates before the first tenant asks for one. */
@Singleton
final class TemplatesAtStart {

  private static final Logger LOG = Logger.getLogger(TemplatesAtStart.class);

  private final Blueprints blueprints;
  private final Clusters clusters;
  private final GoldenTemplates templates;

  TemplatesAtStart(Blueprints blueprints, Clusters clusters, GoldenTemplates templates) {
    this.blueprints = blueprints;
    this.clusters = clusters;
    this.templates = templates;
  }

  void start(@Observes StartupEvent started) {
    Thread.ofVirtual().name("templates-at-start").start(this::ensureAll);
  }

  private void ensureAll() {
    for (Cluster cluster : clusters.all()) {
      for (String name : blueprints.names()) {
        try {
          templates.ensure(blueprints.find(name).orElseThrow(), cluster);
        } catch (RuntimeException e) {
          LOG.warnf(e, "template of blueprint=%s is made with its first tenant instead", name);
        }
      }
    }
  }
}
