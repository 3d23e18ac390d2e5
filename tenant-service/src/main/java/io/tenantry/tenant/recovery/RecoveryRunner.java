package io.tenantry.tenant.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterCatalog.KnownTenant;
import io.tenantry.kernel.event.OutboxRelay;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.cluster.Credentials;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
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
  private final TenantVersions versions;
  private final RecoveryMode mode;
  private final OutboxRelay relay;
  private final ObjectMapper mapper;
  private final SecureRandom random;
  private final ReentrantLock running = new ReentrantLock();

  RecoveryRunner(
      RecoveryPlanner planner,
      RecoveryStore store,
      Clusters clusters,
      Blueprints blueprints,
      TenantVersions versions,
      RecoveryMode mode,
      OutboxRelay relay,
      ObjectMapper mapper,
      SecureRandom random) {
    this.planner = planner;
    this.store = store;
    this.clusters = clusters;
    this.blueprints = blueprints;
    this.versions = versions;
    this.mode = mode;
    this.relay = relay;
    this.mapper = mapper;
    this.random = random;
  }

  /** What {@link #run} would do. */
  List<RecoveryItem> plan() {
    return planner.plan();
  }

  /** Does it; repeating it is harmless. One replica at a time should. */
  List<RecoveryItem> run() {
    running.lock();
    try {
      clusters.all().forEach(this::restoreBlueprints);
      List<RecoveryItem> results = new ArrayList<>();
      for (RecoveryItem item : planner.plan()) {
        results.add(item.with(carryOut(item)));
      }
      if (results.stream()
          .filter(RecoveryItem::isChange)
          .allMatch(item -> item.result().equals(RecoveryItem.DONE))) {
        end();
      }
      relay.wake();
      return List.copyOf(results);
    } finally {
      running.unlock();
    }
  }

  private void end() {
    long highest =
        clusters.all().stream()
            .map(Cluster::generation)
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .max()
            .orElse(0);
    store.end(highest);
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
        case adopt -> adopt(cluster, item);
        case rotate -> rotate(cluster, item);
        case set_version -> store.setVersion(item.tenantId(), item.detail());
        case record_deletion -> store.recordDeletion(item.tenantId());
        case suspend -> store.suspend(item.tenantId());
        case forget_pool_entry -> store.forgetPoolEntry(item.tenantId());
        case report_missing, report_unknown -> {
          return RecoveryItem.PLANNED;
        }
      }
      LOG.infof("tenant=%s recovery=%s", item.tenantId(), item.action());
      return RecoveryItem.DONE;
    } catch (RuntimeException | JsonProcessingException e) {
      LOG.warnf(e, "tenant=%s recovery=%s failed", item.tenantId(), item.action());
      return "failed: " + e.getMessage();
    }
  }

  private void adopt(Cluster cluster, RecoveryItem item) throws JsonProcessingException {
    KnownTenant known = ClusterCatalog.tenants(cluster.admin()).get(item.tenantId());
    JsonNode details = mapper.readTree(known.details());
    boolean schema =
        cluster.databases().stream().noneMatch(database -> database.name().equals(item.name()));
    RecoveryPlanner.Home home = new RecoveryPlanner.Home(item.tenantId(), item.name(), schema);
    String name = details.path("blueprint").asText();
    String version =
        versions.versionOf(cluster, home, name).orElse(details.path("blueprint_version").asText());
    Blueprint blueprint =
        blueprints
            .version(name, version)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the version %s of the blueprint %s is unknown; push it first"
                            .formatted(version, name)));
    String previous = login(details, home);
    Credentials credentials = renew(cluster, home, previous);
    store.adopt(
        cluster,
        home,
        details,
        blueprint,
        cluster.connectionString(home.database(), credentials),
        credentials.role(),
        previous);
    cluster.recordLogin(item.tenantId(), credentials.role());
  }

  private void rotate(Cluster cluster, RecoveryItem item) throws JsonProcessingException {
    RegistryTenant tenant = store.tenants().get(item.tenantId());
    RecoveryPlanner.Home home =
        new RecoveryPlanner.Home(item.tenantId(), item.name(), tenant.schema());
    KnownTenant known = ClusterCatalog.tenants(cluster.admin()).get(item.tenantId());
    String previous =
        login(
            mapper.readTree(Optional.ofNullable(known).map(KnownTenant::details).orElse("{}")),
            home);
    Credentials credentials = renew(cluster, home, previous);
    store.storeCredentials(
        item.tenantId(),
        cluster.connectionString(home.database(), credentials),
        credentials.role(),
        previous);
    cluster.recordLogin(item.tenantId(), credentials.role());
  }

  /** The role that the tenant's applications log in with now, as the cluster's catalog knows. */
  private static String login(JsonNode details, RecoveryPlanner.Home home) {
    return details.path("login_role").asText(home.role());
  }

  /** New credentials of the other role: what the applications use stays valid. */
  private Credentials renew(Cluster cluster, RecoveryPlanner.Home home, String previous) {
    String second = Credentials.secondRole(home.role());
    Credentials credentials =
        Credentials.generate(previous.equals(second) ? home.role() : second, random);
    cluster.renewCredentials(home.tenantId(), home.role(), credentials);
    cluster.verify(
        home.database(), home.schema() ? home.role() : "public", home.role(), credentials);
    return credentials;
  }
}
