package io.tenantry.tenant.recovery;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterCatalog.KnownTenant;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.ClusterAnswers;
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

/**
 * Compares the registry with what the clusters' databases and schemas say of themselves. It changes
 * nothing.
 */
@Singleton
final class RecoveryPlanner {

  private static final Logger LOG = Logger.getLogger(RecoveryPlanner.class);

  /** Tenants that are compared at once. */
  private static final int AT_ONCE = 8;

  private final Clusters clusters;
  private final RecoveryStore store;
  private final TenantVersions versions;

  RecoveryPlanner(Clusters clusters, RecoveryStore store, TenantVersions versions) {
    this.clusters = clusters;
    this.store = store;
    this.versions = versions;
  }

  /**
   * Where a tenant's data is.
   *
   * @param role the tenant's role, whose name the database or schema has
   */
  record Home(UUID tenantId, String role, boolean schema) {

    String database() {
      return schema ? Cluster.SHARED : role;
    }
  }

  /**
   * What differs.
   *
   * @param unchecked clusters that could not be compared
   */
  record Plan(List<RecoveryItem> items, List<String> unchecked) {}

  /** Compares the registry with every cluster that answers. */
  Plan plan() {
    ClusterAnswers<List<RecoveryItem>> answers = clusters.ask(this::plan);
    answers
        .failures()
        .forEach((cluster, failure) -> LOG.warnf(failure, "cluster=%s not compared", cluster));
    return new Plan(answers.all().stream().flatMap(List::stream).toList(), answers.unanswered());
  }

  private List<RecoveryItem> plan(Cluster cluster) {
    Map<UUID, Home> homes = homes(cluster);
    Map<UUID, KnownTenant> catalog = ClusterCatalog.tenants(cluster.admin());
    Map<UUID, RegistryTenant> registry = store.tenants();
    List<RecoveryItem> items = new ArrayList<>(poolEntriesGone(cluster));
    items.addAll(
        inParallel(
            homes.values(),
            home ->
                forHome(
                    cluster,
                    home,
                    Optional.ofNullable(registry.get(home.tenantId())),
                    catalog.get(home.tenantId()))));
    registry.values().stream()
        .filter(tenant -> tenant.cluster().equals(Optional.of(cluster.name())))
        .filter(tenant -> tenant.isLive() || tenant.status() == TenantStatus.DELETING)
        .filter(tenant -> !homes.containsKey(tenant.tenantId()))
        .forEach(tenant -> items.add(gone(cluster.name(), tenant, catalog.get(tenant.tenantId()))));
    return items;
  }

  /** The entries of the warm pool that are not on the cluster, and that no replica is making. */
  List<RecoveryItem> poolEntriesGone(Cluster cluster) {
    return store.poolEntries(cluster.name()).entrySet().stream()
        .filter(entry -> !isInPool(cluster, entry.getValue(), entry.getKey()))
        .map(
            entry ->
                item(
                    cluster.name(),
                    entry.getKey(),
                    entry.getValue(),
                    Action.FORGET_POOL_ENTRY,
                    "not in the pool any more"))
        .toList();
  }

  /** Each tenant takes a login or two, of which a server answers some at once. */
  private static List<RecoveryItem> inParallel(
      Collection<Home> homes, Function<Home, List<RecoveryItem>> comparison) {
    try (ExecutorService executor =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      List<CompletableFuture<List<RecoveryItem>>> answers =
          homes.stream()
              .map(home -> CompletableFuture.supplyAsync(() -> comparison.apply(home), executor))
              .toList();
      return answers.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** The databases and schemas that are marked as tenants' of this installation. */
  private static Map<UUID, Home> homes(Cluster cluster) {
    UUID installation = cluster.objects().installation();
    Map<UUID, Home> homes = new HashMap<>();
    cluster
        .inventory()
        .databases()
        .forEach(database -> add(homes, database.name(), database.mark(), false, installation));
    cluster
        .inventory()
        .tenantRoles()
        .forEach(
            (role, mark) ->
                add(homes, ClusterRoles.withoutOwnerSuffix(role), mark, true, installation));
    return homes;
  }

  static void add(
      Map<UUID, Home> homes, String role, Optional<Mark> mark, boolean schema, UUID installation) {
    mark.filter(found -> found.purpose() == Purpose.TENANT)
        .filter(found -> found.installation().equals(installation))
        .flatMap(Mark::tenant)
        .ifPresent(
            tenant -> {
              Home other = homes.put(tenant, new Home(tenant, role, schema));
              if (other != null) {
                throw new IllegalStateException(
                    "both %s and %s are marked as those of the tenant %s: an operator has to decide"
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

  private List<RecoveryItem> forHome(
      Cluster cluster, Home home, Optional<RegistryTenant> registered, @Nullable KnownTenant known) {
    return difference(cluster.name(), home, registered, known)
        .map(List::of)
        .orElseGet(() -> live(cluster, home, registered.orElseThrow()));
  }

  /**
   * What differs of a tenant whose data is on a cluster, as far as that can be seen without a login
   * to the data.
   *
   * @param known what the cluster's catalog has of the tenant; null if it has nothing
   * @return empty if the tenant is live on this cluster by the registry, too
   */
  static Optional<RecoveryItem> difference(
      String cluster, Home home, Optional<RegistryTenant> registered, @Nullable KnownTenant known) {
    if (registered.isEmpty() || isUnfinished(registered.get())) {
      return Optional.of(
          known == null
              ? item(cluster, home, Action.REPORT_UNKNOWN, "no details in the cluster's catalog")
              : item(cluster, home, Action.ADOPT, "made after the backup of the control database"));
    }
    RegistryTenant tenant = registered.get();
    if (!tenant.cluster().equals(Optional.of(cluster))) {
      return Optional.of(
          item(
              cluster,
              home,
              Action.REPORT_UNKNOWN,
              "the registry has the tenant on the cluster " + tenant.cluster().orElse("none")));
    }
    return switch (tenant.status()) {
      case DELETING ->
          Optional.of(item(cluster, home, Action.SUSPEND, "its deletion may have been given up"));
      case ACTIVE, SUSPENDED -> Optional.empty();
      default ->
          Optional.of(
              item(
                  cluster,
                  home,
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

  private List<RecoveryItem> live(Cluster cluster, Home home, RegistryTenant tenant) {
    List<RecoveryItem> items = new ArrayList<>();
    if (tenant.status() == TenantStatus.ACTIVE
        && tenant.connectionString().filter(cluster::admits).isEmpty()) {
      items.add(item(cluster.name(), home, Action.ROTATE, "the stored credentials do not work"));
    }
    versions
        .versionOf(cluster, home, tenant.blueprint())
        .filter(version -> !version.equals(tenant.blueprintVersion()))
        .ifPresent(version -> items.add(item(cluster.name(), home, Action.SET_VERSION, version)));
    return items;
  }

  /** What differs of a tenant whose data is not on its cluster. */
  static RecoveryItem gone(String cluster, RegistryTenant tenant, @Nullable KnownTenant known) {
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

  private static RecoveryItem item(String cluster, Home home, Action action, String detail) {
    return item(cluster, home.tenantId(), home.role(), action, detail);
  }

  private static RecoveryItem item(
      String cluster, UUID tenant, String name, Action action, String detail) {
    return new RecoveryItem(cluster, tenant, name, action, detail, RecoveryItem.PLANNED);
  }
}
