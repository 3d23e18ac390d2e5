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

/** Runs the recovery plan, and ends recovery mode if all actions succeeded. */
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

  /** The actions that {@link #run} would perform. */
  RecoveryPlanner.Plan plan() {
    return planner.plan();
  }

  /**
   * Runs the plan on every available cluster; safe to repeat. It should run on one replica at a
   * time. Recovery mode continues until all clusters were compared.
   *
   * @param concerned receives the tenants in the plan, before anything is changed
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
                      "blueprints could not be restored cluster=%s: %s",
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
   * Takes over the installation of a lost control database; the registry must be empty.
   *
   * @throws TenantryException {@code REGISTRY_NOT_EMPTY}
   */
  void takeInstallation(UUID installation) {
    if (!store.takeInstallation(installation)) {
      throw new TenantryException(
          ErrorCode.REGISTRY_NOT_EMPTY,
          "Only a control database without tenants and pool entries can take over another installation; use a new one.");
    }
    clusters.reset();
    LOG.warnf("installation taken over installation=%s", installation);
  }

  private void end() {
    ClusterResults<OptionalLong> generations = clusters.callEach(Cluster::generation);
    if (!generations.failures().isEmpty()) {
      LOG.warnf(
          "recovery mode continues: clusters became unavailable clusters=%s",
          generations.failedClusters());
      return;
    }
    long highest =
        generations.all().stream()
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .max()
            .orElse(0);
    long generation = store.end(highest);
    // Immediately: until a cluster has it, an even older control database would not be detected.
    clusters.runOnEach(
        "generation not written; retrying", cluster -> cluster.writeGeneration(generation));
    mode.forget();
    LOG.infof("recovery completed; recovery mode has ended");
  }

  private void restoreBlueprints(Cluster cluster) {
    for (ClusterCatalog.KnownBlueprint known : ClusterCatalog.blueprints(cluster.admin())) {
      if (!blueprints.versions(known.name()).contains(known.version())) {
        try {
          blueprints.restore(known.name(), mapper.readValue(known.content(), FILES));
          LOG.infof("blueprint restored blueprint=%s version=%s", known.name(), known.version());
        } catch (JsonProcessingException e) {
          LOG.warnf(
              "blueprint could not be restored blueprint=%s version=%s",
              known.name(), known.version());
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
      LOG.infof("recovery action completed tenant=%s action=%s", item.tenantId(), item.action());
      return RecoveryItem.DONE;
    } catch (RuntimeException e) {
      LOG.warnf(e, "recovery action failed tenant=%s action=%s", item.tenantId(), item.action());
      return "failed: " + e.getMessage();
    }
  }
}
