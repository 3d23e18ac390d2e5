package io.tenantry.tenant.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.tenant.lifecycle.Lifecycle;
import io.tenantry.tenant.registry.Tenant;
import io.tenantry.tenant.registry.Tenants;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The job that deletes a tenant; it completes when the deletion has completed. */
@Singleton
final class DeprovisionTenantJob implements JobHandler {

  private static final Duration POLL_INTERVAL = Duration.ofSeconds(2);

  private final Lifecycle lifecycle;
  private final Tenants tenants;
  private final Jobs jobs;
  private final Clock clock;

  DeprovisionTenantJob(Lifecycle lifecycle, Tenants tenants, Jobs jobs, Clock clock) {
    this.lifecycle = lifecycle;
    this.tenants = tenants;
    this.jobs = jobs;
    this.clock = clock;
  }

  /**
   * The data of the job.
   *
   * @param requestedAt distinguishes a deletion that this job requested from an earlier one
   */
  @RegisterForReflection
  record Data(boolean finalBackup, Instant requestedAt) {}

  void submit(Sql transaction, UUID jobId, DeprovisionTenant command) {
    jobs.submit(
        transaction,
        NewJob.of(type(), new Data(command.finalBackup().orElse(true), clock.instant()))
            .withId(jobId)
            .about(command.tenantId()));
  }

  @Override
  public String type() {
    return "deprovision_tenant";
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(3, Duration.ofMinutes(5), Duration.ofMinutes(5));
  }

  @Override
  public JobOutcome run(RunningJob job) {
    Data data = job.data(Data.class);
    tenants
        .find(job.tenantId())
        .flatMap(Tenant::lastDeletion)
        .filter(deletion -> !deletion.requestedAt().isBefore(data.requestedAt()))
        .flatMap(Tenant.Deletion::failure)
        .ifPresent(
            failure -> {
              throw new TenantryException(
                  ErrorCode.FINAL_BACKUP_FAILED,
                  "The deletion was cancelled (%s); the tenant is suspended.".formatted(failure));
            });
    return switch (lifecycle.delete(job.tenantId(), data.finalBackup())) {
      case DONE -> JobOutcome.done();
      case PENDING -> JobOutcome.postponed(POLL_INTERVAL);
    };
  }
}
