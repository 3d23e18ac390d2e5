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
 * Runs one attempt at a job and stores its result.
 *
 * <p>Easy to get wrong: a failure while the service shuts down says nothing about the job, whatever
 * the exception is; the job is released.
 */
@Singleton
@IfBuildProperty(name = "tenantry.jobs.enabled", stringValue = "true")
final class JobRunner {

  private static final Logger LOG = Logger.getLogger(JobRunner.class);

  /** How long jobs wait in recovery mode before it is checked again. */
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
    // Registered at start: the first failure would otherwise not show as an increase of the
    // counter.
    this.handlers.keySet().forEach(type -> OUTCOMES.forEach(outcome -> timer(type, outcome)));
  }

  /** Whether and when to run the next attempt. */
  sealed interface Next {
    /** The job is finished. */
    record Never() implements Next {}

    /** The next attempt is due at this time. */
    record At(Instant due) implements Next {}
  }

  /**
   * Runs an attempt.
   *
   * @param shuttingDown whether the service ends
   */
  Next run(UUID id, BooleanSupplier shuttingDown) {
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
            finish(
                job, failure(ErrorCode.JOB_CANCELLED, false), shuttingDown, Job.Status.CANCELLED);
        case PENDING, RUNNING ->
            isFromBeforeRecovery(job)
                ? finish(
                    job, failure(ErrorCode.JOB_CANCELLED, false), shuttingDown, Job.Status.FAILED)
                : attempt(job, shuttingDown);
      };
    } finally {
      MDC.remove("job");
      MDC.remove("tenant");
    }
  }

  /**
   * A job that is pending in a restored control database may have been completed before the loss.
   */
  private boolean isFromBeforeRecovery(JobStore.Stored job) {
    Instant recoveredAt = mode.state().recoveredAt();
    return recoveredAt != null && job.createdAt().isBefore(recoveredAt);
  }

  private Next attempt(JobStore.Stored job, BooleanSupplier shuttingDown) {
    JobHandler handler = handler(job);
    int attempt = job.attempts() + 1;
    if (attempt > handler.retryPolicy().attempts()) {
      // Every attempt crashed with its process, and the job may be the cause.
      return finish(job, failure(ErrorCode.JOB_INTERRUPTED, true), shuttingDown, Job.Status.FAILED);
    }
    Instant started = clock.instant();
    if (!store.start(job.id(), attempt, started)) {
      // Read it again to see its status.
      return new Next.At(started);
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
              job.id(), attempt, running.end(Job.Status.COMPLETED), done.result(), clock.instant());
          measure(job, "completed", started);
          yield new Next.Never();
        }
        case JobOutcome.Postponed postponed ->
            release(running, clock.instant().plus(postponed.delay()));
      };
    } catch (InterruptedException | RuntimeException e) {
      boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
      if (interrupted || shuttingDown.getAsBoolean()) {
        LOG.infof(
            "job released because the service is shutting down job=%s type=%s",
            job.id(), job.type());
        return release(running, clock.instant());
      }
      measure(job, "failed", started);
      return afterFailure(job, handler, running, e, shuttingDown);
    }
  }

  private Next release(RunningJob running, Instant due) {
    store.postpone(running.id(), running.attempt(), running.end(Job.Status.CANCELLED).steps(), due);
    return new Next.At(due);
  }

  private Next afterFailure(
      JobStore.Stored job,
      JobHandler handler,
      RunningJob running,
      Exception cause,
      BooleanSupplier shuttingDown) {
    Job.Failure failure = failure(cause);
    List<Job.Step> steps = running.end(Job.Status.FAILED).steps();
    RetryPolicy policy = handler.retryPolicy();
    LOG.warnf(
        cause,
        "job attempt failed job=%s type=%s attempt=%d of=%d code=%s",
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
    return finish(job, failure, shuttingDown, Job.Status.FAILED, running);
  }

  private Next finish(
      JobStore.Stored job, Job.Failure failure, BooleanSupplier shuttingDown, Job.Status end) {
    return finish(job, failure, shuttingDown, end, new RunningJob(job, store, clock));
  }

  private Next finish(
      JobStore.Stored job,
      Job.Failure failure,
      BooleanSupplier shuttingDown,
      Job.Status end,
      RunningJob running) {
    JobHandler handler = handler(job);
    try {
      handler.cleanUp(running, failure);
    } catch (InterruptedException | RuntimeException e) {
      boolean interrupted = Thread.interrupted() || shuttingDown.getAsBoolean();
      Duration pause = interrupted ? Duration.ZERO : handler.retryPolicy().pauses().longest();
      LOG.warnf(e, "cleanup after a job failed; retrying job=%s", job.id());
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
      throw new IllegalStateException("no handler for jobs of type " + job.type());
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
              "Unexpected error; find it in the service's log by this job's id.",
              true);
    };
  }

  private static Job.Failure failure(ErrorCode code, boolean retryable) {
    return new Job.Failure(code, code.title() + ".", retryable);
  }

  private void measure(JobStore.Stored job, String outcome, Instant started) {
    timer(job.type(), outcome).record(Duration.between(started, clock.instant()));
  }

  private Timer timer(String type, String outcome) {
    return meters.timer("tenantry.jobs", "type", type, "outcome", outcome);
  }
}
