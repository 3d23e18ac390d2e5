package io.tenantry.tenant.usage;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.ClusterUsage;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Samples the tenants of each cluster independently of the other clusters: first the counters and
 * connections of all its tenants by one session, then the storage of the tenants that are due, by a
 * few sessions at a time.
 */
@Singleton
final class Sampler {

  private static final Logger LOG = Logger.getLogger(Sampler.class);

  /** The limit of sessions on one cluster at the same time. */
  static final int SESSIONS = 4;

  /** A server takes a moment to end a session, while the next is opened already. */
  private static final int WORKERS = SESSIONS / 2;

  /** Tenants that are measured before their results are stored. */
  private static final int BATCH = 200;

  private static final Duration RETRY_DELAY = Duration.ofMinutes(5);

  private final SamplerStore store;
  private final Clusters clusters;
  private final UsageConfig config;
  private final UsageMetrics metrics;
  private final Map<String, Instant> readAt = new ConcurrentHashMap<>();
  private final Map<UUID, Instant> retryAt = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> working = new ConcurrentHashMap<>();

  Sampler(SamplerStore store, Clusters clusters, UsageConfig config, UsageMetrics metrics) {
    this.store = store;
    this.clusters = clusters;
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * A round of the replica that has the lease.
   *
   * @param now the time of the control database
   * @param mayConnect whether a session that is opened now ends before the lease does
   */
  record Round(UUID replica, Instant now, BooleanSupplier mayConnect) {

    Instant hour() {
      return Granularity.HOUR.startOf(now);
    }
  }

  /** Starts what is due on each cluster that is not being sampled yet. */
  List<CompletableFuture<Void>> start(Round round) {
    retryAt.values().removeIf(time -> !time.isAfter(round.now()));
    Map<String, List<SampledTenant>> tenants =
        store.tenants(round.hour()).stream().collect(Collectors.groupingBy(SampledTenant::cluster));
    List<CompletableFuture<Void>> started = new ArrayList<>();
    tenants.forEach(
        (cluster, all) ->
            working.compute(
                cluster,
                (name, before) -> {
                  if (before != null && !before.isDone()) {
                    return before;
                  }
                  CompletableFuture<Void> work =
                      CompletableFuture.runAsync(
                          () -> sample(name, all, round), Thread::startVirtualThread);
                  started.add(work);
                  return work;
                }));
    return started;
  }

  /** Completes when no cluster is being sampled. */
  CompletableFuture<Void> inProgress() {
    return CompletableFuture.allOf(working.values().toArray(CompletableFuture[]::new));
  }

  private boolean isDue(SampledTenant tenant, Round round) {
    return !tenant.measured()
        && !retryAt.containsKey(tenant.tenantId())
        && !SamplingSchedule.dueAt(tenant.tenantId(), round.hour()).isAfter(round.now());
  }

  private void sample(String name, List<SampledTenant> tenants, Round round) {
    List<SampledTenant> due = tenants.stream().filter(tenant -> isDue(tenant, round)).toList();
    boolean reads =
        !readAt.getOrDefault(name, Instant.MIN).plus(config.readInterval()).isAfter(round.now());
    if ((due.isEmpty() && !reads) || !round.mayConnect().getAsBoolean()) {
      return;
    }
    try {
      Cluster cluster = clusters.named(name);
      if (reads) {
        ClusterUsage.Reading reading = cluster.usage().read(config.statementTimeout());
        store.add(
            round.replica(),
            round.hour(),
            tenants.stream().flatMap(tenant -> counters(tenant, reading, round)).toList());
        readAt.put(name, round.now());
        metrics.read(true);
      }
      measure(cluster, due, round);
    } catch (SamplerStore.LeaseLost e) {
      LOG.infof("sampling of usage stopped cluster=%s: %s", name, e.getMessage());
    } catch (RuntimeException e) {
      metrics.read(false);
      LOG.warnf(
          "usage could not be sampled; retrying in %s cluster=%s: %s",
          config.pollInterval(), name, DatabaseUnavailable.logged(e));
    }
  }

  /** A tenant whose data is not marked as its own is a gap: its record may be wrong. */
  private static Stream<Measurement> counters(
      SampledTenant tenant, ClusterUsage.Reading reading, Round round) {
    if (!reading.belongsTo(
        tenant.tenantId(), tenant.database(), tenant.hasSchema(), tenant.role())) {
      LOG.debugf("data not marked as the tenant's; not sampled tenant=%s", tenant.tenantId());
      return Stream.empty();
    }
    return Stream.of(
        new Measurement(
            tenant.tenantId(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalInt.of(reading.connections(tenant.role())),
            tenant.hasSchema()
                ? Optional.empty()
                : reading
                    .counters(tenant.database())
                    .map(counters -> reading(tenant, counters, round))));
  }

  private static CounterReading reading(
      SampledTenant tenant, ClusterUsage.Counters counters, Round round) {
    return new CounterReading(
        tenant.tenantId(),
        tenant.cluster() + '/' + counters.epoch(),
        round.now(),
        counters.transactions(),
        counters.rowsIn(),
        counters.rowsOut());
  }

  private void measure(Cluster cluster, List<SampledTenant> due, Round round) {
    for (int from = 0; from < due.size(); from += BATCH) {
      Queue<SampledTenant> left =
          new ConcurrentLinkedQueue<>(due.subList(from, Math.min(from + BATCH, due.size())));
      Queue<Measurement> measured = new ConcurrentLinkedQueue<>();
      CompletableFuture.allOf(
              Stream.generate(
                      () ->
                          CompletableFuture.runAsync(
                              () -> measure(cluster, left, measured, round),
                              Thread::startVirtualThread))
                  .limit(WORKERS)
                  .toArray(CompletableFuture[]::new))
          .join();
      store.add(round.replica(), round.hour(), List.copyOf(measured));
    }
  }

  private void measure(
      Cluster cluster, Queue<SampledTenant> left, Queue<Measurement> measured, Round round) {
    for (SampledTenant tenant = left.poll(); tenant != null; tenant = left.poll()) {
      if (!round.mayConnect().getAsBoolean()) {
        return;
      }
      Optional<Measurement> measurement = measure(cluster, tenant, round);
      measurement.ifPresent(measured::add);
      boolean complete = measurement.filter(each -> each.storageBytes().isPresent()).isPresent();
      metrics.measured(complete);
      if (!complete) {
        retryAt.put(tenant.tenantId(), round.now().plus(RETRY_DELAY));
      }
    }
  }

  private Optional<Measurement> measure(Cluster cluster, SampledTenant tenant, Round round) {
    try {
      ClusterUsage.Size size =
          cluster.usage().measure(tenant.location(), config.statementTimeout());
      return Optional.of(
          new Measurement(
              tenant.tenantId(),
              size.bytes(),
              size.tables(),
              OptionalInt.empty(),
              size.counters().map(counters -> reading(tenant, counters, round))));
    } catch (RuntimeException e) {
      LOG.debugf(
          "tenant could not be measured; retrying in %s tenant=%s: %s",
          RETRY_DELAY, tenant.tenantId(), DatabaseUnavailable.logged(e));
      return Optional.empty();
    }
  }
}
