package io.tenantry.kernel.job;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.arc.All;
import io.quarkus.arc.properties.IfBuildProperty;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.recovery.RecoveryMode;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Runs one attempt at a job and stores what came of it.
 *
 * <p>Easy to get wrong: a failure while the service ends says nothing of the job, whatever its
 * exception is; the job is handed back.
 */
@Singleton
@IfBuildProperty(name = "tenantry.jobs.enabled", stringValue = "true")
final class JobRunner {

  private static final Logger LOG = Logger.getLogger(JobRunner.class);

  /** How long jobs rest in recovery mode before it is looked at again. */
  private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(10);

  private static final List<String> OUTCOMES = List.of("completed", "failed");

  private final JobStore store;
  private final Map<String, JobHandler> handlers;
  private final Clock clock;
  private final MeterRegistry meters;
  private final RecoveryMode mode;

  JobRunner(
      JobStore store,
      @All List<JobHandler> handlers,
      Clock clock,
      MeterRegistry meters,
      RecoveryMode mode) {
    this.store = store;
    this.handlers =
        handlers.stream().collect(Collectors.toMap(JobHandler::type, Function.identity()));
    this.clock = clock;
    this.meters = meters;
    this.mode = mode;
    // A counter that appears with its first failure hides that failure from whoever watches its
    // growth.
    this.handlers.keySet().forEach(type -> OUTCOMES.forEach(outcome -> timer(type, outcome)));
  }

  /** Whether, and when, an attempt follows. */
  sealed interface Next {
    /** The job has ended. */
    record Never() implements Next {}

    /** The next attempt is due then. */
    record At(Instant due) implements Next {}
  }

  /**
   * Runs an attempt.
   *
   * @param ending whether the service ends
   */
  Next run(UUID id, BooleanSupplier ending) {
    if (mode.active()) {
      return new Next.At(clock.instant().plus(RECOVERY_PAUSE));
    }
    Optional<JobStore.Stored> found = store.load(id);
    if (found.isEmpty()) {
      return new Next.Never();
    }
    JobStore.Stored job = found.get();
    MDC.put("job", id.toString());
    job.tenantId().ifPresent(tenant -> MDC.put("tenant", tenant.toString()));
    try {
      return switch (job.status()) {
        case COMPLETED, FAILED -> new Next.Never();
        case CANCELLED ->
            giveUp(job, failure(ErrorCode.JOB_CANCELLED, false), ending, Job.Status.CANCELLED);
        case PENDING, RUNNING ->
            isFromBeforeRecovery(job)
                ? giveUp(job, failure(ErrorCode.JOB_CANCELLED, false), ending, Job.Status.FAILED)
                : attempt(job, ending);
      };
    } finally {
      MDC.remove("job");
      MDC.remove("tenant");
    }
  }

  /** One that a restored control database has as pending may have been done before the loss. */
  private boolean isFromBeforeRecovery(JobStore.Stored job) {
    Instant recoveredAt = mode.state().recoveredAt();
    return recoveredAt != null && job.createdAt().isBefore(recoveredAt);
  }

  private Next attempt(JobStore.Stored job, BooleanSupplier ending) {
    JobHandler handler = handler(job);
    int attempt = job.attempts() + 1;
    if (attempt > handler.retryPolicy().attempts()) {
      // Every attempt ended with its process; this may well be why the processes ended.
      return giveUp(job, failure(ErrorCode.JOB_INTERRUPTED, true), ending, Job.Status.FAILED);
    }
    Instant begun = clock.instant();
    if (!store.begin(job.id(), attempt, begun)) {
      // It is read again, which shows how it ended.
      return new Next.At(begun);
    }
    RunningJob running =
        new RunningJob(
            new JobStore.Stored(
                job.id(),
                job.type(),
                job.tenantId(),
                Job.Status.RUNNING,
                attempt,
                job.data(),
                job.error(),
                job.createdAt()),
            store,
            clock);
    try {
      return switch (handler.run(running)) {
        case JobOutcome.Done done -> {
          store.complete(
              job.id(),
              attempt,
              running.endStep(Job.Status.COMPLETED),
              done.result(),
              clock.instant());
          measure(job, "completed", begun);
          yield new Next.Never();
        }
        case JobOutcome.Postponed postponed ->
            handBack(running, clock.instant().plus(postponed.delay()));
      };
    } catch (InterruptedException | RuntimeException e) {
      boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
      if (interrupted || ending.getAsBoolean()) {
        LOG.infof("job=%s type=%s is handed back", job.id(), job.type());
        return handBack(running, clock.instant());
      }
      measure(job, "failed", begun);
      return afterFailure(job, handler, running, e, ending);
    }
  }

  private Next handBack(RunningJob running, Instant due) {
    store.postpone(running.id(), running.attempt(), running.endStep(Job.Status.CANCELLED), due);
    return new Next.At(due);
  }

  private Next afterFailure(
      JobStore.Stored job,
      JobHandler handler,
      RunningJob running,
      Exception cause,
      BooleanSupplier ending) {
    Job.Failure failure = failure(cause);
    List<Job.Step> steps = running.endStep(Job.Status.FAILED);
    RetryPolicy policy = handler.retryPolicy();
    LOG.warnf(
        cause,
        "job=%s type=%s attempt=%d of %d failed code=%s",
        job.id(),
        job.type(),
        running.attempt(),
        policy.attempts(),
        failure.code());
    if (failure.retryable() && running.attempt() < policy.attempts()) {
      Instant due = clock.instant().plus(policy.pauseAfter(running.attempt()));
      store.retry(job.id(), running.attempt(), steps, failure, due);
      return new Next.At(due);
    }
    return giveUp(job, failure, ending, Job.Status.FAILED, running);
  }

  private Next giveUp(
      JobStore.Stored job, Job.Failure failure, BooleanSupplier ending, Job.Status end) {
    return giveUp(job, failure, ending, end, new RunningJob(job, store, clock));
  }

  private Next giveUp(
      JobStore.Stored job,
      Job.Failure failure,
      BooleanSupplier ending,
      Job.Status end,
      RunningJob running) {
    JobHandler handler = handler(job);
    try {
      handler.giveUp(running, failure);
    } catch (InterruptedException | RuntimeException e) {
      boolean interrupted = Thread.interrupted() || ending.getAsBoolean();
      Duration pause = interrupted ? Duration.ZERO : handler.retryPolicy().pauses().longest();
      LOG.warnf(e, "job=%s could not be tidied up after; it is tried again", job.id());
      return new Next.At(clock.instant().plus(pause));
    }
    if (end == Job.Status.FAILED) {
      store.fail(job.id(), running.attempt(), running.steps(), failure, clock.instant());
    }
    return new Next.Never();
  }

  private JobHandler handler(JobStore.Stored job) {
    JobHandler handler = handlers.get(job.type());
    if (handler == null) {
      throw new IllegalStateException("no handler does jobs of type " + job.type());
    }
    return handler;
  }

  private static Job.Failure failure(Exception cause) {
    return switch (cause) {
      case TenantryException known ->
          new Job.Failure(known.code(), known.getMessage(), known.code().retryable());
      default ->
          new Job.Failure(
              ErrorCode.INTERNAL_ERROR,
              "An unexpected error; the service's log has it under this job's id.",
              true);
    };
  }

  private static Job.Failure failure(ErrorCode code, boolean retryable) {
    return new Job.Failure(code, code.title() + ".", retryable);
  }

  private void measure(JobStore.Stored job, String outcome, Instant begun) {
    timer(job.type(), outcome).record(Duration.between(begun, clock.instant()));
  }

  private Timer timer(String type, String outcome) {
    return meters.timer("tenantry.jobs", "type", type, "outcome", outcome);
  }
}
