package io.tenantry.tenant.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.ClusterResults;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Does what the plan says, and ends recovery mode if all of it could be done. */
@Singleton
final class RecoveryRunner {

  private static final Logger LOG = Logger.getLogger(RecoveryRunner.class);
  private static final TypeReference<Map<String, String>> FILES = new TypeReference<>() {};

  private final RecoveryPlanner planner;
  private final RecoveryStore store;
  private final Clusters clusters;
  private final Blueprints blueprints;
  private final Adoption adoption;
  private final RecoveryMode mode;
  private final ObjectMapper mapper;
  private final ReentrantLock running = new ReentrantLock();

  RecoveryRunner(
      RecoveryPlanner planner,
      RecoveryStore store,
      Clusters clusters,
      Blueprints blueprints,
      Adoption adoption,
      RecoveryMode mode,
      ObjectMapper mapper) {
    this.planner = planner;
    this.store = store;
    this.clusters = clusters;
    this.blueprints = blueprints;
    this.adoption = adoption;
    this.mode = mode;
    this.mapper = mapper;
  }

  /** What {@link #run} would do. */
  RecoveryPlanner.Plan plan() {
    return planner.plan();
  }

  /**
   * Does it on every cluster that answers; repeating it is harmless. One replica at a time should.
   * Recovery mode lasts until all clusters were compared: what is on one that was not is still
   * unknown.
   *
   * @param concerned is given the tenants that the plan names, before anything is done with them
   */
  RecoveryPlanner.Plan run(Consumer<Set<UUID>> concerned) {
    running.lock();
    try {
      ClusterResults<Boolean> restored =
          clusters.callEach(
              cluster -> {
                restoreBlueprints(cluster);
                return true;
              });
      restored
          .failures()
          .forEach(
              (cluster, failure) ->
                  LOG.warnf(
                      "blueprints not restored cluster=%s: %s",
                      cluster, DatabaseUnavailable.logged(failure)));
      RecoveryPlanner.Plan plan = planner.plan();
      concerned.accept(
          plan.items().stream()
              .map(RecoveryItem::tenantId)
              .collect(Collectors.toUnmodifiableSet()));
      Set<String> unchecked = new TreeSet<>(plan.unchecked());
      unchecked.addAll(restored.failedClusters());
      List<RecoveryItem> results = new ArrayList<>();
      for (RecoveryItem item : plan.items()) {
        results.add(item.with(carryOut(item)));
      }
      if (unchecked.isEmpty()
          && results.stream()
              .filter(RecoveryItem::isChange)
              .allMatch(item -> item.result().equals(RecoveryItem.DONE))) {
        end();
      }
      return new RecoveryPlanner.Plan(List.copyOf(results), List.copyOf(unchecked));
    } finally {
      running.unlock();
    }
  }

  /**
   * Makes an empty registry that of another installation, whose control database was lost.
   *
   * @throws TenantryException {@code REGISTRY_NOT_EMPTY}
   */
  void takeInstallation(UUID installation) {
    if (!store.takeInstallation(installation)) {
      throw new TenantryException(
          ErrorCode.REGISTRY_NOT_EMPTY,
          "Only a control database without tenants and pool entries can become that of another installation.");
    }
    clusters.reset();
    LOG.warnf("this control database is that of the installation %s now", installation);
  }

  private void end() {
    ClusterResults<OptionalLong> generations = clusters.callEach(Cluster::generation);
    if (!generations.failures().isEmpty()) {
      LOG.warnf("recovery is not over: clusters=%s went away", generations.failedClusters());
      return;
    }
    long highest =
        generations.all().stream()
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .max()
            .orElse(0);
    long generation = store.end(highest);
    // At once: until a cluster has it, a still older control database would not be noticed.
    clusters.runOnEach(
        "generation not written; retrying", cluster -> cluster.writeGeneration(generation));
    mode.forget();
    LOG.infof("recovery is complete; normal operation goes on");
  }

  private void restoreBlueprints(Cluster cluster) {
    for (ClusterCatalog.KnownBlueprint known : ClusterCatalog.blueprints(cluster.admin())) {
      if (!blueprints.versions(known.name()).contains(known.version())) {
        try {
          blueprints.restore(known.name(), mapper.readValue(known.content(), FILES));
          LOG.infof("blueprint=%s version=%s restored", known.name(), known.version());
        } catch (JsonProcessingException e) {
          LOG.warnf("blueprint=%s version=%s is not restored", known.name(), known.version());
        }
      }
    }
  }

  private String carryOut(RecoveryItem item) {
    try {
      Cluster cluster = clusters.named(item.cluster());
      switch (item.action()) {
        case ADOPT -> adoption.adopt(cluster, item.tenantId(), item.name());
        case ROTATE -> adoption.rotate(cluster, item.tenantId(), item.name());
        case SET_VERSION -> store.setVersion(item.tenantId(), item.detail());
        case RECORD_DELETION -> store.recordDeletion(item.tenantId());
        case SUSPEND -> store.suspend(item.tenantId());
        case FORGET_POOL_ENTRY -> store.forgetPoolEntry(item.tenantId());
        case REPORT_MISSING, REPORT_UNKNOWN -> {
          return RecoveryItem.PLANNED;
        }
      }
      LOG.infof("tenant=%s recovery=%s", item.tenantId(), item.action());
      return RecoveryItem.DONE;
    } catch (RuntimeException e) {
      LOG.warnf(e, "tenant=%s recovery=%s failed", item.tenantId(), item.action());
      return "failed: " + e.getMessage();
    }
  }
}
