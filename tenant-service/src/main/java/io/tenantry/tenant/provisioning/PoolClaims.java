package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.tenant.ConnectionString;
import io.tenantry.tenant.apikey.ApiKeys;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Credentials;
import io.tenantry.tenant.provisioning.PoolStore.Entry;
import io.tenantry.tenant.provisioning.PoolStore.PoolKey;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Turns an entry of the warm pool into a reserved tenant, in one transaction of the control
 * database. In parallel, a login as the tenant and the mark of its data test the entry; the
 * transaction is committed only if both are right. Until then nothing on the server changes, so a
 * claim that is not committed leaves the entry as it was.
 *
 * <p>Afterwards the tenant is activated like any other: if this process fails before that, {@link
 * ProvisioningRecovery} finds the reservation.
 */
@Singleton
final class PoolClaims {

  private final Database database;
  private final PoolStore entries;
  private final ReservationStore reservations;
  private final ActivationStore activations;
  private final Steps steps;
  private final ApiKeys apiKeys;
  private final KeyRing keyRing;
  private final Clock clock;

  PoolClaims(
      Database database,
      PoolStore entries,
      ReservationStore reservations,
      ActivationStore activations,
      Steps steps,
      ApiKeys apiKeys,
      KeyRing keyRing,
      Clock clock) {
    this.database = database;
    this.entries = entries;
    this.reservations = reservations;
    this.activations = activations;
    this.steps = steps;
    this.apiKeys = apiKeys;
    this.keyRing = keyRing;
    this.clock = clock;
  }

  /** Thrown when an entry fails its test. */
  static final class UnusableEntry extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final UUID tenantId;

    UnusableEntry(UUID tenantId, Throwable cause) {
      super(cause);
      this.tenantId = tenantId;
    }

    UUID tenantId() {
      return tenantId;
    }
  }

  /**
   * Turns a ready entry on this cluster into this tenant; empty if there is none.
   *
   * @throws UnusableEntry if the entry failed its test
   */
  Optional<Provisioning> claim(NewTenant tenant, Cluster cluster, Requester requester) {
    Claim claim = new Claim(tenant, cluster, requester);
    try {
      return database.inTransaction(sql -> claim(sql, claim));
    } catch (DatabaseUnavailable e) {
      if (claim.work != null && activations.isRecorded(claim.work.tenantId())) {
        // The claim was committed, and only its result was lost.
        return Optional.of(claim.work);
      }
      throw e;
    } catch (SqlError e) {
      if (ReservationStore.isClusterFull(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A claim and its progress, which is needed if its transaction fails. */
  private static final class Claim {

    private final NewTenant tenant;
    private final Cluster cluster;
    private final Requester requester;
    private @Nullable Provisioning work;

    Claim(NewTenant tenant, Cluster cluster, Requester requester) {
      this.tenant = tenant;
      this.cluster = cluster;
      this.requester = requester;
    }
  }

  /** The login takes longest, so everything else runs in parallel with it. */
  private Optional<Provisioning> claim(Sql sql, Claim claim) {
    NewTenant tenant = claim.tenant;
    StepLog log = new StepLog(clock, claim.requester.stepListener());
    log.start(StepName.CLAIM);
    Optional<Entry> taken = entries.take(sql, PoolKey.of(tenant.blueprint(), claim.cluster));
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    Entry entry = taken.get();
    LocationPlan location = locationOf(entry, tenant, claim.cluster);
    log.finish(StepName.CLAIM, Job.Status.COMPLETED);
    log.start(StepName.VERIFICATION);
    CompletableFuture<Void> login = inParallel(() -> steps.verify(location));
    CompletableFuture<Void> mark = inParallel(() -> Steps.requireUnused(location));
    NewTenant.KeyRequest keys = tenant.apiKeys();
    Provisioning work =
        new Provisioning(
            tenant.withId(entry.tenantId()),
            location,
            Purpose.POOL,
            apiKeys.generate(keys.count(), keys.prefix(), keys.scopes()),
            claim.requester,
            log,
            new Activation());
    entries.delete(sql, entry.tenantId());
    reserve(sql, work);
    awaitUsable(entry, mark);
    awaitUsable(entry, login);
    log.finish(StepName.VERIFICATION, Job.Status.COMPLETED);
    claim.work = work;
    return Optional.of(work);
  }

  private void reserve(Sql sql, Provisioning work) {
    try {
      reservations.reserve(sql, work, steps.namesOfClaim(work.tenant()));
    } catch (TenantryException e) {
      // The registry already has a tenant with the entry's id, so the entry is outdated.
      throw e.code() == ErrorCode.TENANT_BUSY ? new UnusableEntry(work.tenantId(), e) : e;
    }
  }

  private static CompletableFuture<Void> inParallel(Runnable check) {
    return CompletableFuture.runAsync(check, Thread::startVirtualThread);
  }

  private static void awaitUsable(Entry entry, CompletableFuture<Void> check) {
    try {
      await(check);
    } catch (DatabaseUnavailable e) {
      // The server is unavailable; the entry may be usable.
      throw e;
    } catch (RuntimeException e) {
      throw new UnusableEntry(entry.tenantId(), e);
    }
  }

  /** Waits for parallel work, and rethrows its exception. */
  static void await(CompletableFuture<Void> work) {
    try {
      work.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private LocationPlan locationOf(Entry entry, NewTenant tenant, Cluster cluster) {
    try {
      String password =
          new ConnectionString(
                  keyRing.decrypt(entry.connectionString().getBytes(), entry.tenantId().toString()))
              .password();
      return LocationPlan.of(
          entry.tenantId(),
          tenant.blueprint(),
          cluster,
          new Credentials(tenant.blueprint().tenantName(entry.tenantId()), password));
    } catch (RuntimeException e) {
      throw new UnusableEntry(entry.tenantId(), e);
    }
  }
}
