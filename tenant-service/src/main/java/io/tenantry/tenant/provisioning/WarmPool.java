package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.kernel.tenant.ConnectionString;
import io.tenantry.tenant.apikey.ApiKeys;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.cluster.Credentials;
import io.tenantry.tenant.provisioning.PoolStore.Entry;
import io.tenantry.tenant.provisioning.PoolStore.Shelf;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Gives a new tenant a home that is ready: one transaction of the control database, and beside it
 * one login as the tenant, without which it is not committed. If this process dies, the transaction
 * ends, and the entry is as it was.
 */
@Singleton
class WarmPool {

  private static final Logger LOG = Logger.getLogger(WarmPool.class);
  private static final List<String> CLAIMS = List.of("hit", "miss");

  /** With services, that have to be told of the tenant. */
  private static final List<StepName> STEPS =
      List.of(StepName.CLAIM, StepName.VERIFICATION, StepName.SERVICES, StepName.ACTIVATION);

  private final PoolConfig config;
  private final PoolStore entries;
  private final ProvisioningStore store;
  private final PoolRefill refill;
  private final Steps steps;
  private final Clusters clusters;
  private final ApiKeys apiKeys;
  private final Database database;
  private final KeyRing keyRing;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final RecoveryMode mode;

  WarmPool(
      PoolConfig config,
      PoolStore entries,
      ProvisioningStore store,
      PoolRefill refill,
      Steps steps,
      Clusters clusters,
      ApiKeys apiKeys,
      Database database,
      KeyRing keyRing,
      MeterRegistry metrics,
      Clock clock,
      RecoveryMode mode) {
    this.config = config;
    this.entries = entries;
    this.store = store;
    this.refill = refill;
    this.steps = steps;
    this.clusters = clusters;
    this.apiKeys = apiKeys;
    this.database = database;
    this.keyRing = keyRing;
    this.metrics = metrics;
    CLAIMS.forEach(outcome -> metrics.counter("tenantry.pool.claims", "outcome", outcome));
    metrics.counter("tenantry.pool.discarded");
    this.clock = clock;
    this.mode = mode;
  }

  /**
   * Makes this tenant of an entry, under the entry's id; empty if there is none. One that services
   * have to be told of is not active yet: it is being provisioned, in a home that is ready.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code TENANT_NAME_TAKEN}; nothing was taken
   *     then
   */
  Optional<Provisioning> claim(NewTenant tenant, Witness witness) {
    if (config.size() == 0
        || !config.blueprints().contains(tenant.blueprint().name())
        || mode.active()) {
      return Optional.empty();
    }
    Optional<Provisioning> claimed =
        clusters.withRoom(tenant.region()).stream()
            .filter(cluster -> !cluster.failedRecently())
            .flatMap(cluster -> claimIfReachable(tenant, cluster, witness).stream())
            .findFirst();
    metrics
        .counter("tenantry.pool.claims", "outcome", claimed.isPresent() ? "hit" : "miss")
        .increment();
    if (claimed.isPresent()) {
      refill.claimed();
    }
    return claimed;
  }

  /** Another cluster, or one without a pool, may do where this one is unreachable. */
  private Optional<Provisioning> claimIfReachable(
      NewTenant tenant, Cluster cluster, Witness witness) {
    try {
      return claim(tenant, cluster, witness);
    } catch (DatabaseUnavailable e) {
      if (!e.isOf(cluster.name())) {
        throw e;
      }
      cluster.failure();
      LOG.warnf("cluster=%s nothing is claimed: %s", cluster.name(), e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Provisioning> claim(NewTenant tenant, Cluster cluster, Witness witness) {
    while (true) {
      try {
        return attempt(tenant, cluster, witness);
      } catch (Unusable e) {
        LOG.warnf(e.getCause(), "tenant=%s discarded from the pool", e.tenantId);
        metrics.counter("tenantry.pool.discarded").increment();
        entries.discard(e.tenantId);
      }
    }
  }

  /** An entry did not stand the test. */
  private static final class Unusable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final UUID tenantId;

    Unusable(UUID tenantId, Throwable cause) {
      super(cause);
      this.tenantId = tenantId;
    }
  }

  private Optional<Provisioning> attempt(NewTenant tenant, Cluster cluster, Witness witness) {
    AtomicReference<Provisioning> claim = new AtomicReference<>();
    AtomicReference<Handover> handover = new AtomicReference<>();
    try {
      return database.inTransaction(sql -> attempt(sql, tenant, cluster, witness, claim, handover));
    } catch (DatabaseUnavailable e) {
      Provisioning work = claim.get();
      if (work == null || !store.isActive(work.tenant().tenantId())) {
        takeBack(handover.get());
        throw e;
      }
      // The claim was committed, and only the answer to it was lost.
      return Optional.of(work);
    } catch (SqlError e) {
      takeBack(handover.get());
      if (ProvisioningStore.saysNoPlace(e)) {
        return Optional.empty();
      }
      throw e;
    } catch (RuntimeException e) {
      takeBack(handover.get());
      throw e;
    }
  }

  /** The change of a home's mark on its server, which goes on beside the transaction. */
  private record Handover(Home home, Purpose to, CompletableFuture<Void> done) {}

  private Handover handOver(Home home, NewTenant tenant) {
    Purpose to = tenant.hasServices() ? Purpose.PROVISIONING : Purpose.TENANT;
    String details = store.details(tenant);
    return new Handover(
        home,
        to,
        CompletableFuture.runAsync(
            () -> {
              if (to == Purpose.TENANT) {
                steps.handOver(home, Purpose.POOL, details);
              } else {
                steps.changePurpose(home, Purpose.POOL, to);
              }
            },
            Thread::startVirtualThread));
  }

  /** After the transaction was undone: the home is the pool's again. */
  private void takeBack(Handover handover) {
    if (handover == null || handover.done().handle((done, failure) -> failure).join() != null) {
      return;
    }
    try {
      steps.changePurpose(handover.home(), handover.to(), Purpose.POOL);
    } catch (RuntimeException e) {
      LOG.warnf(e, "tenant=%s stays marked as a tenant's, see orphans", handover.home().tenantId());
    }
  }

  /** The login takes longest, so all else is done meanwhile; what it finds decides. */
  private Optional<Provisioning> attempt(
      Sql sql,
      NewTenant tenant,
      Cluster cluster,
      Witness witness,
      AtomicReference<Provisioning> claim,
      AtomicReference<Handover> handover) {
    StepLog log = new StepLog(clock, steps -> {});
    log.begun(StepName.CLAIM);
    Optional<Entry> taken = entries.take(sql, Shelf.of(tenant.blueprint(), cluster));
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    Entry entry = taken.get();
    Home home = home(entry, tenant, cluster);
    log.ended(StepName.CLAIM, Job.Status.COMPLETED);
    log.begun(StepName.VERIFICATION);
    CompletableFuture<Void> login =
        CompletableFuture.runAsync(() -> steps.verify(home), Thread::startVirtualThread);
    NewTenant.KeyRequest keys = tenant.apiKeys();
    Provisioning work =
        new Provisioning(
            tenant.withId(entry.tenantId()),
            home,
            apiKeys.generate(keys.count(), keys.prefix(), keys.scopes()),
            Optional.empty(),
            log,
            witness,
            new AtomicBoolean());
    entries.delete(sql, entry.tenantId());
    record(sql, work);
    // Once the name is known to be free.
    handover.set(handOver(home, tenant));
    awaitUsable(entry, login);
    awaitUsable(entry, handover.get().done());
    log.ended(StepName.VERIFICATION, Job.Status.COMPLETED);
    if (!tenant.hasServices()) {
      log.begun(StepName.ACTIVATION);
      store.complete(sql, work);
    }
    claim.set(work);
    return Optional.of(work);
  }

  private void record(Sql sql, Provisioning work) {
    try {
      if (work.tenant().hasServices()) {
        store.reserve(sql, work, STEPS);
      } else {
        store.admit(sql, work);
      }
    } catch (TenantryException e) {
      // The registry has a tenant by the entry's id: the entry is older than that.
      throw e.code() == ErrorCode.TENANT_BUSY ? new Unusable(work.tenant().tenantId(), e) : e;
    }
  }

  private static void awaitUsable(Entry entry, CompletableFuture<Void> check) {
    try {
      await(check);
    } catch (DatabaseUnavailable e) {
      // A server that is away is not the entry's fault.
      throw e;
    } catch (RuntimeException e) {
      throw new Unusable(entry.tenantId(), e);
    }
  }

  /** Waits for what was started beside, and throws what it threw. */
  static void await(CompletableFuture<Void> work) {
    try {
      work.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private Home home(Entry entry, NewTenant tenant, Cluster cluster) {
    try {
      String password =
          new ConnectionString(
                  keyRing.decrypt(entry.connectionString().getBytes(), entry.tenantId().toString()))
              .password();
      return Home.of(
          entry.tenantId(),
          tenant.blueprint(),
          cluster,
          new Credentials(tenant.blueprint().tenantName(entry.tenantId()), password));
    } catch (RuntimeException e) {
      throw new Unusable(entry.tenantId(), e);
    }
  }
}
