package io.tenantry.backup.backup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Runs backup jobs under the tenant's lease; {@link BackupWriter} writes the backup. */
@Singleton
final class BackupHandler implements JobHandler {

  static final String TYPE = "backup";

  private final BackupRecords records;
  private final TenantLookup lookup;
  private final TenantLeases leases;
  private final BackupWriter writer;
  private final BackupResults results;
  private final Clock clock;
  private final BackupConfig config;

  BackupHandler(
      BackupRecords records,
      TenantLookup lookup,
      TenantLeases leases,
      BackupWriter writer,
      BackupResults results,
      Clock clock,
      BackupConfig config) {
    this.records = records;
    this.lookup = lookup;
    this.leases = leases;
    this.writer = writer;
    this.results = results;
    this.clock = clock;
    this.config = config;
  }

  /** The job's result. */
  @RegisterForReflection
  record Result(UUID backupId) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.maxRetryDelay());
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Backups.Task task = job.data(Backups.Task.class);
    Backup backup = records.get(task.backupId());
    if (backup.status() == Backup.Status.COMPLETED) {
      return JobOutcome.done(new Result(backup.id()));
    }
    Instant startedAt = clock.instant();
    Optional<TenantLeases.Lease> lease =
        leases.take(
            job.tenantId(),
            TenantLeases.Operation.BACKUP,
            job.id(),
            sql -> records.start(sql, backup.id(), startedAt));
    if (lease.isEmpty()) {
      return JobOutcome.postponed(config.busyDelay());
    }
    try (TenantLeases.Lease held = lease.get()) {
      // Read under the lease: no migration can change the version now.
      TenantEntry tenant = lookup.getUncached(job.tenantId());
      writer.write(job, new BackupWriter.Attempt(task, backup, startedAt), tenant, held);
    }
    return JobOutcome.done(new Result(backup.id()));
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    Backups.Task task = job.data(Backups.Task.class);
    results.fail(job.tenantId(), task, failure);
  }
}
