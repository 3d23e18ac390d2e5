package io.tenantry.tenant.recovery;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterCatalog.KnownTenant;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.ClusterResults;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.recovery.RecoveryItem.Action;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Compares the registry with the marks of databases and schemas on the clusters; read-only. */
@Singleton
final class RecoveryPlanner {

  private static final Logger LOG = Logger.getLogger(RecoveryPlanner.class);

  /** The number of tenants that are compared in parallel. */
  private static final int PARALLELISM = 8;

  private final Clusters clusters;
  private final RecoveryStore store;
  private final TenantVersions versions;

  RecoveryPlanner(Clusters clusters, RecoveryStore store, TenantVersions versions) {
    this.clusters = clusters;
    this.store = store;
    this.versions = versions;
  }

  /**
   * A database or schema that is marked as a tenant's.
   *
   * @param role the tenant's role, which has the name of the database or schema
   */
  record FoundTenant(UUID tenantId, String role, boolean schema) {

    String database() {
      return schema ? Cluster.SHARED : role;
    }
  }

  /**
   * The differences.
   *
   * @param unchecked clusters that could not be compared
   */
  record Plan(List<RecoveryItem> items, List<String> unchecked) {}

  /** Compares the registry with every available cluster. */
  Plan plan() {
    ClusterResults<List<RecoveryItem>> answers = clusters.callEach(this::plan);
    answers
        .failures()
        .forEach(
            (cluster, failure) ->
                LOG.warnf(
                    failure,
                    "cluster could not be compared with the registry cluster=%s",
                    cluster));
    return new Plan(
        answers.all().stream().flatMap(List::stream).toList(), answers.failedClusters());
  }

  private List<RecoveryItem> plan(Cluster cluster) {
    Map<UUID, FoundTenant> foundTenants = foundTenants(cluster);
    Map<UUID, KnownTenant> catalog = ClusterCatalog.tenants(cluster.admin());
    Map<UUID, RegistryTenant> registry = store.tenants();
    List<RecoveryItem> items = new ArrayList<>(missingPoolEntries(cluster));
    items.addAll(
        inParallel(
            foundTenants.values(),
            found ->
                compare(
                    cluster,
                    found,
                    Optional.ofNullable(registry.get(found.tenantId())),
                    catalog.get(found.tenantId()))));
    registry.values().stream()
        .filter(tenant -> tenant.cluster().equals(Optional.of(cluster.name())))
        .filter(tenant -> tenant.isLive() || tenant.status() == TenantStatus.DELETING)
        .filter(tenant -> !foundTenants.containsKey(tenant.tenantId()))
        .forEach(
            tenant -> items.add(missing(cluster.name(), tenant, catalog.get(tenant.tenantId()))));
    return items;
  }

  /** The pool entries without a database on the cluster that no replica is building. */
  List<RecoveryItem> missingPoolEntries(Cluster cluster) {
    return store.poolEntries(cluster.name()).entrySet().stream()
        .filter(entry -> !isInPool(cluster, entry.getValue(), entry.getKey()))
        .map(
            entry ->
                item(
                    cluster.name(),
                    entry.getKey(),
                    entry.getValue(),
                    Action.FORGET_POOL_ENTRY,
                    "no longer in the pool"))
        .toList();
  }

  /** Compares in parallel, because each tenant needs one or two logins. */
  private static List<RecoveryItem> inParallel(
      Collection<FoundTenant> foundTenants, Function<FoundTenant, List<RecoveryItem>> comparison) {
    try (ExecutorService executor =
        Executors.newFixedThreadPool(PARALLELISM, Thread.ofVirtual().factory())) {
      List<CompletableFuture<List<RecoveryItem>>> answers =
          foundTenants.stream()
              .map(found -> CompletableFuture.supplyAsync(() -> comparison.apply(found), executor))
              .toList();
      return answers.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** The databases and schemas that are marked as tenants' of this installation. */
  private static Map<UUID, FoundTenant> foundTenants(Cluster cluster) {
    UUID installation = cluster.objects().installation();
    Map<UUID, FoundTenant> foundTenants = new HashMap<>();
    cluster
        .inventory()
        .databases()
        .forEach(
            database -> add(foundTenants, database.name(), database.mark(), false, installation));
    cluster
        .inventory()
        .tenantRoles()
        .forEach(
            (role, mark) ->
                add(foundTenants, ClusterRoles.withoutOwnerSuffix(role), mark, true, installation));
    return foundTenants;
  }

  static void add(
      Map<UUID, FoundTenant> foundTenants,
      String role,
      Optional<Mark> mark,
      boolean schema,
      UUID installation) {
    mark.filter(found -> found.purpose() == Purpose.TENANT)
        .filter(found -> found.installation().equals(installation))
        .flatMap(Mark::tenant)
        .ifPresent(
            tenant -> {
              FoundTenant other = foundTenants.put(tenant, new FoundTenant(tenant, role, schema));
              if (other != null) {
                throw new IllegalStateException(
                    "both %s and %s are marked as data of the tenant %s; an operator has to decide"
                        .formatted(other.role(), role, tenant));
              }
            });
  }

  private static boolean isInPool(Cluster cluster, String role, UUID tenant) {
    return cluster
        .inventory()
        .purposeOf(role, tenant)
        .filter(purpose -> purpose == Purpose.POOL)
        .isPresent();
  }

  private List<RecoveryItem> compare(
      Cluster cluster,
      FoundTenant found,
      Optional<RegistryTenant> registered,
      @Nullable KnownTenant known) {
    return difference(cluster.name(), found, registered, known)
        .map(List::of)
        .orElseGet(() -> live(cluster, found, registered.orElseThrow()));
  }

  /**
   * Compares a tenant whose data is on a cluster with the registry, as far as possible without a
   * login to the data.
   *
   * @param known the tenant's entry in the cluster's catalog; null if there is none
   * @return empty if the tenant is live on this cluster by the registry, too
   */
  static Optional<RecoveryItem> difference(
      String cluster,
      FoundTenant found,
      Optional<RegistryTenant> registered,
      @Nullable KnownTenant known) {
    if (registered.isEmpty() || isUnfinished(registered.get())) {
      return Optional.of(
          known == null
              ? item(
                  cluster,
                  found,
                  Action.REPORT_UNKNOWN,
                  "the cluster's catalog has no details of the tenant")
              : item(
                  cluster,
                  found,
                  Action.ADOPT,
                  "created after the backup of the control database"));
    }
    RegistryTenant tenant = registered.get();
    if (!tenant.cluster().equals(Optional.of(cluster))) {
      return Optional.of(
          item(
              cluster,
              found,
              Action.REPORT_UNKNOWN,
              "the registry has the tenant on the cluster " + tenant.cluster().orElse("none")));
    }
    return switch (tenant.status()) {
      case DELETING ->
          Optional.of(item(cluster, found, Action.SUSPEND, "its deletion may have been cancelled"));
      case ACTIVE, SUSPENDED -> Optional.empty();
      default ->
          Optional.of(
              item(
                  cluster,
                  found,
                  Action.REPORT_UNKNOWN,
                  "the registry says that the tenant is " + tenant.status()));
    };
  }

  private static boolean isUnfinished(RegistryTenant tenant) {
    return switch (tenant.status()) {
      case REGISTERED, PROVISIONING, ROLLING_BACK -> true;
      case ACTIVE, SUSPENDED, DELETING, DELETED -> false;
    };
  }

  private List<RecoveryItem> live(Cluster cluster, FoundTenant found, RegistryTenant tenant) {
    List<RecoveryItem> items = new ArrayList<>();
    if (tenant.status() == TenantStatus.ACTIVE
        && tenant.connectionString().filter(cluster::canLogIn).isEmpty()) {
      items.add(item(cluster.name(), found, Action.ROTATE, "the stored credentials do not work"));
    }
    versions
        .versionOf(cluster, found, tenant.blueprint())
        .filter(version -> !version.equals(tenant.blueprintVersion()))
        .ifPresent(version -> items.add(item(cluster.name(), found, Action.SET_VERSION, version)));
    return items;
  }

  /** The action for a tenant whose data is missing on its cluster. */
  static RecoveryItem missing(String cluster, RegistryTenant tenant, @Nullable KnownTenant known) {
    String role = tenant.role().orElse("");
    return known != null && known.deleted()
        ? item(
            cluster,
            tenant.tenantId(),
            role,
            Action.RECORD_DELETION,
            "deleted after the backup of the control database")
        : item(
            cluster,
            tenant.tenantId(),
            role,
            Action.REPORT_MISSING,
            "its data is not on the cluster");
  }

  private static RecoveryItem item(
      String cluster, FoundTenant found, Action action, String detail) {
    return item(cluster, found.tenantId(), found.role(), action, detail);
  }

  private static RecoveryItem item(
      String cluster, UUID tenant, String name, Action action, String detail) {
    return new RecoveryItem(cluster, tenant, name, action, detail, RecoveryItem.PLANNED);
  }
}
