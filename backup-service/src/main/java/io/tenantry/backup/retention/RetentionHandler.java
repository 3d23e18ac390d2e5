package io.tenantry.backup.retention;

import com.github.kagkarlsson.scheduler.task.Task;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.RecurringJobs;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** Runs retention jobs. */
@Singleton
final class RetentionHandler implements JobHandler {

  static final String TYPE = "retention";

  private final Retention retention;

  RetentionHandler(Retention retention) {
    this.retention = retention;
  }

  /**
   * The job's data.
   *
   * @param force whether to remove more than the limit
   */
  @RegisterForReflection
  record Run(Optional<Boolean> force) {}

  @Produces
  @Singleton
  static Task<Void> regularly(RecurringJobs recurring, RetentionConfig config) {
    return recurring.task(config.cron(), TYPE, new Run(Optional.empty()));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(5, Duration.ofSeconds(30), Duration.ofMinutes(10));
  }

  @Override
  public JobOutcome run(RunningJob job) {
    boolean force = job.data(Run.class).force().orElse(false);
    job.step("remove");
    return JobOutcome.done(retention.run(force));
  }
}
