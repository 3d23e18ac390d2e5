package io.tenantry.backup.drill;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Submits drills for the tenants whose last drill is oldest. */
@Singleton
final class FleetDrillHandler implements JobHandler {

  static final String TYPE = "fleet_drill";

  private final Drills drills;

  FleetDrillHandler(Drills drills) {
    this.drills = drills;
  }

  /** The job's data and its result: the number of tenants. */
  @RegisterForReflection
  record Batch(int tenants) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(5, Duration.ofSeconds(10), Duration.ofMinutes(5));
  }

  @Override
  public JobOutcome run(RunningJob job) {
    return JobOutcome.done(new Batch(drills.requestNext(job.data(Batch.class).tenants())));
  }
}
