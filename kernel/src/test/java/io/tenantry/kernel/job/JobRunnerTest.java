package io.tenantry.kernel.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.recovery.RecoveryModes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of an attempt, and whether another follows. */
class JobRunnerTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:44:07Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final JobRunner.Next NEVER = new JobRunner.Next.Never();

  private final MemoryJobStore store =
      new MemoryJobStore(
          new JobStore.Stored(
              UUID.randomUUID(),
              "test",
              Optional.empty(),
              Job.Status.PENDING,
              0,
              "{}",
              Optional.empty(),
              NOW.minusSeconds(60)));

  private final List<Job.Failure> givenUp = new ArrayList<>();
  private Work work = job -> JobOutcome.done();
  private Work tidying = job -> JobOutcome.done();
  private Optional<Instant> recoverySince = Optional.empty();
  private Optional<Instant> recoveredAt = Optional.empty();
  private boolean ending;
  private int runs;

  /** What the handler does. */
  private interface Work {
    JobOutcome on(RunningJob job) throws InterruptedException;
  }

  private final class Handler implements JobHandler {
    @Override
    public String type() {
      return "test";
    }

    @Override
    public RetryPolicy retryPolicy() {
      return RetryPolicy.doubling(3, Duration.ofSeconds(1), Duration.ofSeconds(10));
    }

    @Override
    public JobOutcome run(RunningJob job) throws InterruptedException {
      runs++;
      return work.on(job);
    }

    @Override
    public void cleanUp(RunningJob job, Job.Failure failure) throws InterruptedException {
      tidying.on(job);
      givenUp.add(failure);
    }
  }

  private JobRunner.Next run() {
    return new JobRunner(
            store,
            List.of(new Handler()),
            CLOCK,
            new SimpleMeterRegistry(),
            RecoveryModes.of(recoverySince, recoveredAt, CLOCK))
        .run(store.job().id(), () -> ending);
  }

  private static JobRunner.Next in(Duration pause) {
    return new JobRunner.Next.At(NOW.plus(pause));
  }

  private void fails(ErrorCode code) {
    work =
        job -> {
          throw new TenantryException(code, "It failed.");
        };
  }

  @Test
  void whatIsDoneIsDone() {
    assertThat(run()).isEqualTo(NEVER);

    assertThat(store.job().status()).isEqualTo(Job.Status.COMPLETED);
    assertThat(store.job().attempts()).isEqualTo(1);
    assertThat(run()).isEqualTo(NEVER);
    assertThat(runs).isEqualTo(1);
  }

  @Test
  void completesLastStepWithAttempt() {
    work =
        job -> {
          job.step("first");
          job.step("second");
          throw new TenantryException(ErrorCode.DATABASE_UNAVAILABLE, "It failed.");
        };

    run();

    assertThat(store.steps())
        .extracting(Job.Step::status)
        .containsExactly(Job.Status.COMPLETED, Job.Status.FAILED);
  }

  @Test
  void retriesWithGrowingPausesAndThenFails() {
    fails(ErrorCode.DATABASE_UNAVAILABLE);

    assertThat(run()).isEqualTo(in(Duration.ofSeconds(1)));
    assertThat(store.job().status()).isEqualTo(Job.Status.PENDING);
    assertThat(run()).isEqualTo(in(Duration.ofSeconds(2)));
    assertThat(givenUp).isEmpty();
    assertThat(run()).isEqualTo(NEVER);

    assertThat(store.job().status()).isEqualTo(Job.Status.FAILED);
    assertThat(givenUp)
        .extracting(Job.Failure::code)
        .containsExactly(ErrorCode.DATABASE_UNAVAILABLE);
  }

  @Test
  void whatCannotBeDoneIsNotTriedAgain() {
    fails(ErrorCode.TENANT_NOT_FOUND);

    assertThat(run()).isEqualTo(NEVER);

    assertThat(store.job().status()).isEqualTo(Job.Status.FAILED);
    assertThat(givenUp).hasSize(1);
  }

  @Test
  void retriesUnexpectedErrorWithoutStoringMessage() {
    work =
        job -> {
          throw new IllegalArgumentException("a secret");
        };

    assertThat(run()).isEqualTo(in(Duration.ofSeconds(1)));

    Job.Failure failure = store.job().error().orElseThrow();
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(failure.message()).doesNotContain("secret");
  }

  @Test
  void whatIsPostponedDoesNotCount() {
    work = job -> JobOutcome.postponed(Duration.ofMinutes(1));

    assertThat(run()).isEqualTo(in(Duration.ofMinutes(1)));

    assertThat(store.job().status()).isEqualTo(Job.Status.PENDING);
    assertThat(store.job().attempts()).isZero();
  }

  @Test
  void returnsJobThatFailsDuringShutdown() {
    fails(ErrorCode.TENANT_NOT_FOUND);
    ending = true;

    assertThat(run()).isEqualTo(in(Duration.ZERO));

    assertThat(store.job().status()).isEqualTo(Job.Status.PENDING);
    assertThat(store.job().attempts()).isZero();
    assertThat(givenUp).isEmpty();
  }

  @Test
  void returnsInterruptedAttempt() {
    work =
        job -> {
          throw new InterruptedException("the service ends");
        };

    assertThat(run()).isEqualTo(in(Duration.ZERO));

    assertThat(store.job().attempts()).isZero();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void ignoresResultOfFencedAttempt() {
    work =
        job -> {
          store.become(Job.Status.RUNNING, 2);
          job.step("late");
          throw new TenantryException(ErrorCode.TENANT_NOT_FOUND, "It failed.");
        };

    run();

    assertThat(store.job().status()).isEqualTo(Job.Status.RUNNING);
    assertThat(store.job().attempts()).isEqualTo(2);
    assertThat(store.steps()).isEmpty();
  }

  @Test
  void failsJobWhoseAttemptsAllCrashed() {
    store.become(Job.Status.RUNNING, 3);

    assertThat(run()).isEqualTo(NEVER);

    assertThat(runs).isZero();
    assertThat(store.job().status()).isEqualTo(Job.Status.FAILED);
    assertThat(givenUp).extracting(Job.Failure::code).containsExactly(ErrorCode.JOB_INTERRUPTED);
  }

  @Test
  void whatIsCancelledIsTidiedUpAfterAndStaysCancelled() {
    store.become(Job.Status.CANCELLED, 1);

    assertThat(run()).isEqualTo(NEVER);

    assertThat(runs).isZero();
    assertThat(store.job().status()).isEqualTo(Job.Status.CANCELLED);
    assertThat(givenUp).extracting(Job.Failure::code).containsExactly(ErrorCode.JOB_CANCELLED);
  }

  @Test
  void retriesCleanupBeforeStoringFailure() {
    fails(ErrorCode.TENANT_NOT_FOUND);
    tidying =
        job -> {
          throw new TenantryException(ErrorCode.DATABASE_UNAVAILABLE, "It is away.");
        };

    assertThat(run()).isEqualTo(in(Duration.ofSeconds(10)));

    assertThat(store.job().status()).isEqualTo(Job.Status.RUNNING);
  }

  @Test
  void inRecoveryModeJobsRest() {
    recoverySince = Optional.of(NOW.minusSeconds(5));

    assertThat(run()).isEqualTo(in(Duration.ofSeconds(10)));

    assertThat(runs).isZero();
    assertThat(store.job().attempts()).isZero();
  }

  @Test
  void whatIsFromBeforeARecoveryIsNotDoneASecondTime() {
    recoveredAt = Optional.of(NOW.minusSeconds(5));

    assertThat(run()).isEqualTo(NEVER);

    assertThat(runs).isZero();
    assertThat(store.job().status()).isEqualTo(Job.Status.FAILED);
    assertThat(givenUp).extracting(Job.Failure::code).containsExactly(ErrorCode.JOB_CANCELLED);
  }

  @Test
  void whatIsUnknownIsForgotten() {
    JobRunner runner =
        new JobRunner(
            store,
            List.of(new Handler()),
            CLOCK,
            new SimpleMeterRegistry(),
            RecoveryModes.of(recoverySince, recoveredAt, CLOCK));

    assertThat(runner.run(UUID.randomUUID(), () -> ending)).isEqualTo(NEVER);
  }
}
