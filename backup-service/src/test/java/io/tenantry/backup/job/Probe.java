package io.tenantry.backup.job;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A type of job for the tests: each of its attempts does the next thing on its list. */
@Singleton
public final class Probe implements JobHandler {

  static final String TYPE = "probe";

  /** What an attempt does. */
  enum Act {
    SUCCEED,
    FAIL_FOR_NOW,
    FAIL_FOR_GOOD,
    BREAK,
    POSTPONE,
    WAIT
  }

  /** The job's data. */
  record Script(List<Act> acts, String note) {}

  /** The job's result. */
  record Report(String note, int attempt) {}

  final Queue<UUID> started = new ConcurrentLinkedQueue<>();
  final Queue<UUID> givenUp = new ConcurrentLinkedQueue<>();
  final Map<UUID, CountDownLatch> gates = new ConcurrentHashMap<>();

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(3, Duration.ofMillis(10), Duration.ofMillis(20));
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    started.add(job.id());
    Script script = job.data(Script.class);
    int times = (int) started.stream().filter(job.id()::equals).count();
    job.step("first");
    job.progress(50, 200, "bytes");
    job.step("second");
    switch (script.acts().get(times - 1)) {
      case FAIL_FOR_NOW ->
          throw new TenantryException(ErrorCode.DATABASE_UNAVAILABLE, "The server is unavailable.");
      case FAIL_FOR_GOOD -> throw new TenantryException(ErrorCode.TENANT_NOT_FOUND, "Who?");
      case BREAK -> throw new IllegalStateException("a secret of ours");
      case POSTPONE -> {
        return JobOutcome.postponed(Duration.ofMillis(10));
      }
      case WAIT -> gates.get(job.id()).await();
      case SUCCEED -> {}
    }
    return JobOutcome.done(new Report(script.note(), job.attempt()));
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    givenUp.add(job.id());
  }
}
