package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.kernel.cluster.IdentityMismatch;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.tenant.apikey.ApiKeys;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Makes a tenant, or leaves no trace: a persisted sequence of steps, undone as a whole if one
 * fails. If this process dies on the way, {@link Recovery} of another undoes it.
 */
@Singleton
public final class Provisioner {

  private static final Logger LOG = Logger.getLogger(Provisioner.class);

  private final ProvisioningStore store;
  private final Steps steps;
  private final WarmPool pool;
  private final Removal removal;
  private final Leases leases;
  private final Clusters clusters;
  private final ApiKeys apiKeys;
  private final StepRetries retries;
  private final SecureRandom random;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Duration noteAfter;
  private final Executor virtualThreads = Thread::startVirtualThread;

  Provisioner(
      ProvisioningStore store,
      Steps steps,
      WarmPool pool,
      Removal removal,
      Leases leases,
      Clusters clusters,
      ApiKeys apiKeys,
      StepRetries retries,
      SecureRandom random,
      Clock clock,
      MeterRegistry metrics,
      ProvisioningConfig config) {
    this.store = store;
    this.steps = steps;
    this.pool = pool;
    this.removal = removal;
    this.leases = leases;
    this.clusters = clusters;
    this.apiKeys = apiKeys;
    this.retries = retries;
    this.random = random;
    this.clock = clock;
    this.metrics = metrics;
    // There before the first failure, or its growth from nothing would not be seen.
    List.of("Provisioned", "RolledBack")
        .forEach(outcome -> metrics.timer("tenantry.provisioning", "outcome", outcome));
    this.noteAfter = config.noteAfter();
  }

  /**
   * Provisions a registered tenant and waits for the end of it. If it fails, the tenant is
   * registered as before.
   *
   * @throws TenantryException {@code TENANT_BUSY} if it is not registered any more, or {@code
   *     REGION_UNAVAILABLE}
   */
  public Outcome provision(NewTenant tenant, Assignment assignment) {
    return provision(tenant, Optional.of(assignment), (transaction, tenantId) -> {});
  }

  private Outcome provision(NewTenant tenant, Optional<Assignment> assignment, Witness witness) {
    Instant begun = clock.instant();
    Provisioning work = reserve(tenant, assignment, witness);
    List<List<Step>> stages = steps.stages(tenant.blueprint().isolation());
    return ended(
        leases.whileHeld(tenant.tenantId(), () -> run(work, stages, begun)), tenant, begun);
  }

  /**
   * Provisions a tenant and waits for the end of it: of the warm pool if that has an entry, and
   * then under the id that the entry has.
   *
   * @throws TenantryException {@code TENANT_NAME_TAKEN} or {@code REGION_UNAVAILABLE}, before
   *     anything was made
   */
  public Outcome provisionAny(NewTenant tenant, Witness witness) {
    Instant begun = clock.instant();
    Optional<Provisioning> claimed;
    try {
      claimed = pool.claim(tenant, witness);
    } catch (SqlError e) {
      // The claim's transaction is undone by PostgreSQL, and with it all of it.
      LOG.warnf(e, "a claim failed");
      return ended(new Outcome.RolledBack(StepName.ACTIVATION.failure(), e), tenant, begun);
    }
    return claimed
        .map(work -> ended(finish(work, begun), work.tenant(), begun))
        .orElseGet(() -> provision(tenant, Optional.empty(), witness));
  }

  private Outcome finish(Provisioning claimed, Instant begun) {
    return claimed.tenant().hasServices()
        ? leases.whileHeld(
            claimed.tenant().tenantId(), () -> run(claimed, steps.stagesAfterClaim(), begun))
        : provisioned(claimed);
  }

  private Outcome ended(Outcome outcome, NewTenant tenant, Instant begun) {
    String kind = outcome.getClass().getSimpleName();
    Duration took = Duration.between(begun, clock.instant());
    metrics.timer("tenantry.provisioning", "outcome", kind).record(took);
    LOG.infof("tenant=%s outcome=%s ms=%d", tenant.tenantId(), kind, took.toMillis());
    return outcome;
  }

  /** Takes the name, and a place on the cluster with most room that still has one. */
  private Provisioning reserve(NewTenant tenant, Optional<Assignment> assignment, Witness witness) {
    List<StepName> names = steps.names(tenant.blueprint().isolation());
    Optional<RuntimeException> failure = Optional.empty();
    for (Cluster cluster : clusters.withRoom(tenant.region())) {
      failure = cluster.failure();
      if (failure.isPresent()) {
        LOG.warnf(
            "cluster=%s gets no new tenants now: %s",
            cluster.name(), DatabaseUnavailable.logged(failure.get()));
        continue;
      }
      Provisioning work = plan(tenant, cluster, assignment, witness);
      if (store.reserve(work, names)) {
        return work;
      }
      clusters.forget();
    }
    throw failure.orElseGet(() -> Clusters.unavailable(tenant.region()));
  }

  private Provisioning plan(
      NewTenant tenant, Cluster cluster, Optional<Assignment> assignment, Witness witness) {
    NewTenant.KeyRequest keys = tenant.apiKeys();
    return new Provisioning(
        tenant,
        Home.planned(tenant.tenantId(), tenant.blueprint(), cluster, random),
        apiKeys.generate(keys.count(), keys.prefix(), keys.scopes()),
        assignment.map(Assignment::jobId),
        new StepLog(clock, assignment.map(Assignment::follower).orElse(steps -> {})),
        witness,
        new AtomicBoolean());
  }

  private Outcome run(Provisioning work, List<List<Step>> stages, Instant begun) {
    for (List<Step> stage : stages) {
      for (Attempt attempt : inParallel(work, stage)) {
        if (attempt instanceof Attempt.Failed failed) {
          return rollBack(work, failed.step(), failed.cause());
        }
      }
      if (Duration.between(begun, clock.instant()).compareTo(noteAfter) > 0) {
        note(work);
      }
    }
    return switch (attempt(work, Step.withoutTrace(StepName.ACTIVATION, this::activate))) {
      case Attempt.Succeeded done -> provisioned(work);
      case Attempt.Failed failed -> rollBack(work, failed.step(), failed.cause());
    };
  }

  /** Runs a stage and waits for all of it, also after a failure: nothing may be undone before. */
  private List<Attempt> inParallel(Provisioning work, List<Step> stage) {
    if (stage.size() == 1) {
      return List.of(attempt(work, stage.getFirst()));
    }
    return stage.stream()
        .map(step -> CompletableFuture.supplyAsync(() -> attempt(work, step), virtualThreads))
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .toList();
  }

  private Attempt attempt(Provisioning work, Step step) {
    RetryPolicy policy = retries.of(step.name());
    for (int n = 1; ; n++) {
      work.log().begun(step.name());
      try {
        step.run().accept(work);
        measure(work.log().ended(step.name(), Job.Status.completed));
        return new Attempt.Succeeded();
      } catch (RuntimeException e) {
        work.log().ended(step.name(), Job.Status.failed);
        if (work.jobId().isEmpty()
            || n == policy.attempts()
            || !codeOf(step.name(), e).retryable()
            || !undoneForRetry(work, step, policy.pauseAfter(n), e)) {
          return new Attempt.Failed(step.name(), e);
        }
      }
    }
  }

  /** Removes what a failed step left and waits; false if it can't, or the service ends. */
  private boolean undoneForRetry(
      Provisioning work, Step step, Duration pause, RuntimeException cause) {
    LOG.warnf(
        "tenant=%s step=%s is tried again in %s: %s",
        work.tenant().tenantId(), step.name(), pause, cause.getMessage());
    try {
      step.undo().undo(work.target(), Purpose.PROVISIONING);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
      return false;
    }
    return retries.pause(pause);
  }

  private void measure(Job.Step step) {
    metrics
        .timer("tenantry.provisioning.step", "step", step.name())
        .record(Duration.between(step.startedAt(), step.finishedAt().orElseThrow()));
  }

  /** How a step ended. */
  private sealed interface Attempt {
    record Succeeded() implements Attempt {}

    record Failed(StepName step, RuntimeException cause) implements Attempt {}
  }

  /** News for whoever looks at the tenant meanwhile; without it the work goes on all the same. */
  private void note(Provisioning work) {
    try {
      store.note(work.tenant().tenantId(), work.log().completed());
    } catch (RuntimeException e) {
      LOG.debugf(e, "tenant=%s progress could not be noted", work.tenant().tenantId());
    }
  }

  private static Outcome provisioned(Provisioning work) {
    return new Outcome.Provisioned(work.tenant().tenantId(), work.apiKeys());
  }

  private Outcome rollBack(Provisioning work, StepName step, RuntimeException cause) {
    ErrorCode code = codeOf(step, cause);
    LOG.warnf(cause, "tenant=%s step=%s code=%s", work.tenant().tenantId(), step, code);
    return switch (removal.rollBack(
        work.target(),
        () -> takeBack(work),
        Optional.of(
            new ProvisioningStore.StepError(step, work.log().attempts(step), cause.getMessage())),
        code.name())) {
      case DONE -> new Outcome.RolledBack(code, cause);
      case TO_BE_CONTINUED -> new Outcome.RollingBack(code, cause);
      // The activation was committed, and only the answer to it was lost.
      case NOTHING_TO_DO -> provisioned(work);
    };
  }

  /** The server is told in the last moment before the control database's commit, and beside it. */
  private void activate(Provisioning work) {
    work.handedOver().set(true);
    CompletableFuture<Void> onServer =
        CompletableFuture.runAsync(
            () -> steps.handOver(work.home(), Purpose.PROVISIONING, store.details(work.tenant())),
            virtualThreads);
    try {
      store.activate(work, () -> WarmPool.await(onServer));
    } finally {
      // An undo must not run beside the hand-over: it would miss a mark that is set late.
      onServer.exceptionally(failure -> null).join();
    }
  }

  /** Undoes what {@link #activate} did on the server, once the registry says it was in vain. */
  private void takeBack(Provisioning work) {
    if (work.handedOver().get()) {
      try {
        steps.changePurpose(work.home(), Purpose.TENANT, Purpose.PROVISIONING);
      } catch (IdentityMismatch e) {
        LOG.debugf(e, "tenant=%s was not handed over", work.tenant().tenantId());
      }
    }
  }

  private static ErrorCode codeOf(StepName step, RuntimeException cause) {
    return cause instanceof TenantryException known ? known.code() : step.failure();
  }
}
