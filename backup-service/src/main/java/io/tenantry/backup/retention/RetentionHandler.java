package io.tenantry.backup.retention;

import com.github.kagkarlsson.scheduler.task.Task;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.Recurring;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Runs the retention. */
@Singleton
final class RetentionHandler implements JobHandler {

  static final String TYPE = "retention";

  private final Retention retention;

  RetentionHandler(Retention retention) {
    this.retention = retention;
  }

  /** The job is given nothing. */
  @RegisterForReflection
  record Nothing() {}

  @Produces
  @Singleton
  static Task<Void> regularly(Recurring recurring, RetentionConfig config) {
    return recurring.task(config.cron(), TYPE, new Nothing());
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
    job.step("remove");
    return JobOutcome.done(retention.run());
  }
}
