package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.IdentityMismatch;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.tenant.provisioning.Activation.Marking;
import io.tenantry.tenant.provisioning.StepStore.StepError;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/** Runs the steps of a provisioning, and rolls all of them back if one fails. */
@Singleton
final class StepRunner {

  private static final Logger LOG = Logger.getLogger(StepRunner.class);

  private final StepStore store;
  private final ActivationStore activations;
  private final Steps steps;
  private final StepRetries retries;
  private final TenantRemoval removal;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Duration noteAfter;
  private final Executor virtualThreads = Thread::startVirtualThread;

  StepRunner(
      StepStore store,
      ActivationStore activations,
      Steps steps,
      StepRetries retries,
      TenantRemoval removal,
      Clock clock,
      MeterRegistry metrics,
      ProvisioningConfig config) {
    this.store = store;
    this.activations = activations;
    this.steps = steps;
    this.retries = retries;
    this.removal = removal;
    this.clock = clock;
    this.metrics = metrics;
    this.noteAfter = config.noteAfter();
  }

  /** Runs the stages and activates the tenant, or rolls everything back. */
  Outcome run(Provisioning work, List<List<Step>> stages, Instant started) {
    for (List<Step> stage : stages) {
      for (Attempt attempt : inParallel(work, stage)) {
        if (attempt instanceof Attempt.Failed failed) {
          return rollBack(work, failed.step(), failed.cause());
        }
      }
      if (Duration.between(started, clock.instant()).compareTo(noteAfter) > 0) {
        recordProgress(work);
      }
    }
    return switch (attempt(work, Step.withoutTrace(StepName.ACTIVATION, this::activate))) {
      case Attempt.Succeeded done -> work.provisioned();
      case Attempt.Failed failed -> rollBack(work, failed.step(), failed.cause());
    };
  }

  /** Runs a stage and waits for all its steps, because a rollback must not overlap a step. */
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
      work.log().start(step.name());
      try {
        step.run().accept(work);
        measure(work.log().finish(step.name(), Job.Status.COMPLETED));
        return new Attempt.Succeeded();
      } catch (RuntimeException e) {
        work.log().finish(step.name(), Job.Status.FAILED);
        if (work.requester().jobId().isEmpty()
            || n == policy.attempts()
            || !codeOf(step.name(), e).retryable()
            || !prepareRetry(work, step, policy.pauseAfter(n), e)) {
          return new Attempt.Failed(step.name(), e);
        }
      }
    }
  }

  /** Undoes a failed step and waits; false if the undo fails, or the service is shutting down. */
  private boolean prepareRetry(
      Provisioning work, Step step, Duration pause, RuntimeException cause) {
    LOG.warnf(
        "step failed; retrying in %s tenant=%s step=%s: %s",
        pause, work.tenantId(), step.name(), cause.getMessage());
    try {
      step.undo().undo(work.target(), Expected.of(work.tenantId(), work.purpose()));
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

  /** The result of a step. */
  private sealed interface Attempt {
    record Succeeded() implements Attempt {}

    record Failed(StepName step, RuntimeException cause) implements Attempt {}
  }

  /** Records the progress for display; a failure does not affect the provisioning. */
  private void recordProgress(Provisioning work) {
    try {
      store.recordProgress(work.tenantId(), work.log().completed());
    } catch (RuntimeException e) {
      LOG.debugf(e, "progress could not be recorded tenant=%s", work.tenantId());
    }
  }

  private Outcome rollBack(Provisioning work, StepName step, RuntimeException cause) {
    ErrorCode code = codeOf(step, cause);
    LOG.warnf(
        cause,
        "provisioning failed; rolling back tenant=%s step=%s code=%s",
        work.tenantId(),
        step,
        code);
    return switch (removal.rollBack(
        work.target(),
        () -> revertMark(work),
        Optional.of(
            new StepError(
                step,
                work.log().attempts(step),
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()))),
        code.name())) {
      case DONE -> new Outcome.RolledBack(code, cause);
      case PENDING -> new Outcome.RollingBack(code, cause);
      // The activation was committed, and only its result was lost.
      case NOTHING_TO_DO -> activations.activated(work);
    };
  }

  /** Marks the tenant on the server in parallel with the transaction, before its commit. */
  private void activate(Provisioning work) {
    CompletableFuture<Void> onServer = CompletableFuture.runAsync(() -> mark(work), virtualThreads);
    try {
      activations.activate(work, () -> PoolClaims.await(onServer));
    } finally {
      // A rollback must not overlap the marking: it would miss a mark that is set late.
      onServer.exceptionally(failure -> null).join();
    }
  }

  /** Marks the tenant on the server, unless an earlier attempt has done so. */
  private void mark(Provisioning work) {
    Activation activation = work.activation();
    if (activation.marking() == Marking.DONE) {
      return;
    }
    try {
      steps.markAsTenant(work.location(), work.purpose(), work.tenant().registration());
      activation.setMarking(Marking.DONE);
    } catch (IdentityMismatch e) {
      // Whatever mark it has is not this replica's to revert.
      throw e;
    } catch (RuntimeException e) {
      activation.setMarking(Marking.UNKNOWN);
      throw e;
    }
  }

  /** Reverts the mark of {@link #activate} after its transaction was not committed. */
  private void revertMark(Provisioning work) {
    if (work.activation().marking() != Marking.NONE) {
      try {
        steps.changePurpose(work.location(), Purpose.TENANT, work.purpose());
      } catch (IdentityMismatch e) {
        LOG.debugf(e, "no mark to revert tenant=%s", work.tenantId());
      }
    }
  }

  private static ErrorCode codeOf(StepName step, RuntimeException cause) {
    return cause instanceof TenantryException known ? known.code() : step.failure();
  }
}
