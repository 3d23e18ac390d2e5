package io.tenantry.tenant.recovery;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Raises the generation regularly, first in the control database and then on every cluster, so that
 * a cluster never has a higher generation than its control database.
 */
@Singleton
class GenerationRaise {

  private static final Logger LOG = Logger.getLogger(GenerationRaise.class);

  private final Generations generations;
  private final Clusters clusters;

  GenerationRaise(Generations generations, Clusters clusters) {
    this.generations = generations;
    this.clusters = clusters;
  }

  @Scheduled(
      every = "${tenantry.recovery.generation-interval}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void raiseRegularly() {
    try {
      raise();
    } catch (RuntimeException e) {
      LOG.warnf("the generation could not be raised; retrying: %s", e.getMessage());
    }
  }

  private void raise() {
    // Compared first: raising the generation would hide that the control database is outdated.
    Set<String> reached =
        clusters
            .callEach(
                cluster -> {
                  cluster.prepareNow();
                  return true;
                })
            .results()
            .keySet();
    generations
        .raise()
        .ifPresent(
            generation ->
                clusters.runOnEach(
                    "generation not written; retrying",
                    cluster -> {
                      cluster.requireUsable();
                      if (reached.contains(cluster.name())) {
                        cluster.writeGeneration(generation);
                      }
                    }));
  }
}
