package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Logins;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.CachedValue;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.ClusterDirectory;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The registered clusters. Their data is cached for a second; the control database itself refuses a
 * tenant on a full or draining cluster.
 */
@Singleton
public final class Clusters {

  private static final Logger LOG = Logger.getLogger(Clusters.class);
  private static final Duration CACHE_DURATION = Duration.ofSeconds(1);

  private final ClusterConfig config;
  private final ClusterDirectory directory;
  private final ClusterStore store;
  private final ClusterSetup.Registry identities;
  private final Vertx vertx;
  private final Logins logins;
  private final SecureRandom random;
  private final Clock clock;
  private final Map<String, Opened> open = new ConcurrentHashMap<>();
  private final CachedValue<Known> known;

  Clusters(
      ClusterConfig config,
      ClusterDirectory directory,
      ClusterStore store,
      ClusterIdentities identities,
      Vertx vertx,
      Logins logins,
      SecureRandom random,
      Clock clock) {
    this.config = config;
    this.directory = directory;
    this.store = store;
    this.identities = identities;
    this.vertx = vertx;
    this.logins = logins;
    this.random = random;
    this.clock = clock;
    this.known =
        new CachedValue<>(
            new Known(Set.of(), List.of()),
            CACHE_DURATION,
            clock,
            previous -> new Known(store.regions(), store.all()));
  }

  /** The regions that tenants may request, whether or not they have free capacity. */
  public Set<String> regions() {
    return known.get().regions();
  }

  /** The region of a tenant whose request names none. */
  public String defaultRegion() {
    return config.region();
  }

  /**
   * The clusters of a region with free capacity, ordered by free capacity, largest first.
   *
   * @throws TenantryException {@code REGION_UNAVAILABLE} if no cluster has free capacity
   */
  public List<Cluster> withFreeCapacityIn(String region) {
    List<Cluster> clusters =
        known.get().clusters().stream()
            .filter(cluster -> cluster.region().equals(region) && cluster.freeCapacity() > 0)
            .sorted(Comparator.comparingInt(RegisteredCluster::freeCapacity).reversed())
            .flatMap(this::usable)
            .toList();
    if (clusters.isEmpty()) {
      throw unavailable(region);
    }
    return clusters;
  }

  /** All clusters with free capacity. */
  public List<Cluster> withFreeCapacity() {
    return known.get().clusters().stream()
        .filter(cluster -> cluster.freeCapacity() > 0)
        .flatMap(this::usable)
        .toList();
  }

  /** The names of clusters whose stored access cannot be used. */
  public List<String> unusable() {
    return known.get().clusters().stream()
        .filter(cluster -> usable(cluster).findAny().isEmpty())
        .map(RegisteredCluster::name)
        .toList();
  }

  /** A cluster whose stored access is invalid must not prevent the use of the others. */
  private Stream<Cluster> usable(RegisteredCluster cluster) {
    try {
      return Stream.of(named(cluster.name()));
    } catch (DatabaseUnavailable | SqlError e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warnf(
          "cluster skipped: its access is invalid cluster=%s: %s", cluster.name(), e.getMessage());
      return Stream.empty();
    }
  }

  /** The error for a region without free capacity. */
  public static TenantryException unavailable(String region) {
    return new TenantryException(
        ErrorCode.REGION_UNAVAILABLE,
        "No PostgreSQL cluster of the region "
            + region
            + " accepts new tenants; register one, activate a draining one, or raise a capacity.");
  }

  /** The cluster with this name. */
  public Cluster named(String name) {
    Instant version = registered(name).updatedAt();
    return open.compute(
            name,
            (key, opened) ->
                opened != null && opened.version().equals(version)
                    ? opened
                    : reopen(name, version, Optional.ofNullable(opened)))
        .cluster();
  }

  /**
   * Calls a function for every registered cluster, in parallel. A failure on one cluster does not
   * stop or delay the others.
   */
  public <T> ClusterResults<T> callEach(Function<Cluster, T> question) {
    Map<String, CompletableFuture<T>> asked = new LinkedHashMap<>();
    for (RegisteredCluster cluster : known.get().clusters()) {
      asked.put(
          cluster.name(),
          CompletableFuture.supplyAsync(
              () -> question.apply(named(cluster.name())), Thread::startVirtualThread));
    }
    Map<String, T> results = new LinkedHashMap<>();
    Map<String, RuntimeException> failures = new LinkedHashMap<>();
    asked.forEach(
        (name, answer) -> {
          try {
            results.put(name, answer.join());
          } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
              throw error;
            }
            failures.put(name, (RuntimeException) e.getCause());
          }
        });
    return new ClusterResults<>(results, failures);
  }

  /** {@link #callEach} for work without a result; failures are logged. */
  public void runOnEach(String what, Consumer<Cluster> work) {
    callEach(
            cluster -> {
              work.accept(cluster);
              return true;
            })
        .failures()
        .forEach(
            (name, failure) ->
                LOG.warnf("%s cluster=%s: %s", what, name, DatabaseUnavailable.logged(failure)));
  }

  /** Runs work items sequentially per cluster, and in parallel across clusters. */
  public static <T> void runPerCluster(
      Collection<T> work, Function<T, String> clusterOf, Consumer<T> action) {
    CompletableFuture.allOf(
            work.stream().collect(Collectors.groupingBy(clusterOf)).values().stream()
                .map(
                    each ->
                        CompletableFuture.runAsync(
                            () -> each.forEach(action), Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  /** Clears all caches, including the verified identity of clusters. */
  public void reset() {
    open.clear();
    forget();
  }

  /** Clears the cached list of clusters. */
  public void forget() {
    known.forget();
  }

  /** Closes this replica's connections to a cluster that is no longer registered. */
  void close(String name) {
    forget();
    Optional.ofNullable(open.remove(name)).ifPresent(Opened::close);
  }

  /** Opens a cluster that may not be registered yet, to test its access; the caller closes it. */
  Cluster open(ClusterAccess access) {
    AtomicReference<ClusterSetup> setup = new AtomicReference<>();
    ClusterConnections connections =
        new ClusterConnections(access, () -> setup.get().identity(), config, vertx, logins, random);
    setup.set(new ClusterSetup(connections, identities, store.installationId(), random, clock));
    return new Cluster(
        connections,
        setup.get(),
        new TenantRoles(
            connections::admin,
            () -> setup.get().objects(),
            () -> setup.get().identity().roleSecret(),
            random));
  }

  private RegisteredCluster registered(String name) {
    return find(name)
        .or(
            () -> {
              forget();
              return find(name);
            })
        .orElseThrow(
            () -> new IllegalStateException("no cluster is registered with the name " + name));
  }

  private Optional<RegisteredCluster> find(String name) {
    return known.get().clusters().stream()
        .filter(cluster -> cluster.name().equals(name))
        .findFirst();
  }

  private Opened reopen(String name, Instant version, Optional<Opened> previous) {
    ClusterAccess access = directory.find(name).orElseThrow();
    List<Cluster> before = previous.map(Opened::all).orElse(List.of());
    return previous
        .filter(opened -> opened.cluster().access().equals(access))
        .map(opened -> new Opened(version, opened.cluster(), opened.replaced()))
        .orElseGet(() -> new Opened(version, open(access), before));
  }

  /**
   * An open cluster.
   *
   * @param replaced the same cluster with earlier access; its users keep it, and its sessions are
   *     closed after the idle timeout, or when the cluster is deleted
   */
  private record Opened(Instant version, Cluster cluster, List<Cluster> replaced) {

    List<Cluster> all() {
      return Stream.concat(replaced.stream(), Stream.of(cluster)).toList();
    }

    void close() {
      all().forEach(Cluster::close);
    }
  }

  private record Known(Set<String> regions, List<RegisteredCluster> clusters) {}
}
