package io.tenantry.backup.restore;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.restore.Replacement.Swapped;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs restore jobs: restores a backup next to the live data, checks it and swaps the two in one
 * commit. Until that commit the live data is not changed. After a crash, the kept data shows the
 * next attempt whether the swap was made.
 */
@Singleton
final class RestoreHandler implements JobHandler {

  static final String TYPE = "restore";

  private final RestoreRecords records;
  private final BackupRecords backups;
  private final TenantLookup lookup;
  private final TenantLeases leases;
  private final Replacements replacements;
  private final Analysis analysis;
  private final RestoreResults results;
  private final RestoreConfig config;

  RestoreHandler(
      RestoreRecords records,
      BackupRecords backups,
      TenantLookup lookup,
      TenantLeases leases,
      Replacements replacements,
      Analysis analysis,
      RestoreResults results,
      RestoreConfig config) {
    this.records = records;
    this.backups = backups;
    this.lookup = lookup;
    this.leases = leases;
    this.replacements = replacements;
    this.analysis = analysis;
    this.results = results;
    this.config = config;
  }

  /**
   * The job's result.
   *
   * @param notes sentences about differences from the backup: roles and settings that the server
   *     does not have or permit
   */
  @RegisterForReflection
  record Result(UUID restoreId, List<String> notes) {

    Result(UUID restoreId) {
      this(restoreId, List.of());
    }
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(
        config.attempts(), config.retryDelay(), config.retryDelay().multipliedBy(8));
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Restores.Task task = job.data(Restores.Task.class);
    Restore restore = records.get(task.restoreId());
    if (restore.status() == Restore.Status.COMPLETED || restore.status() == Restore.Status.UNDONE) {
      return JobOutcome.done(new Result(restore.id()));
    }
    Optional<TenantLeases.Lease> lease =
        leases.take(job.tenantId(), TenantLeases.Operation.RESTORE, job.id());
    if (lease.isEmpty()) {
      return JobOutcome.postponed(config.busyDelay());
    }
    try (TenantLeases.Lease held = lease.get()) {
      // Read under the lease: no migration can change the version now.
      TenantEntry tenant = lookup.getUncached(job.tenantId());
      Instant startedAt = results.start(restore.id());
      RestoreWork work =
          new RestoreWork(
              job,
              restore,
              backups.usable(restore.backupId()),
              task.store(),
              tenant,
              lookup.clusterAccess(tenant.data().cluster()),
              held,
              startedAt);
      return JobOutcome.done(new Result(restore.id(), restore(work)));
    }
  }

  private List<String> restore(RestoreWork work) throws InterruptedException {
    Swapped swapped = replacements.replace(work);
    work.job().step("record");
    results.complete(work, swapped);
    work.job().step("analyze");
    List<String> notes = new ArrayList<>(swapped.notes());
    notes.addAll(analysis.run(work.access(), work.target(), work.manifest()));
    return List.copyOf(notes);
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    Restore restore = records.get(job.data(Restores.Task.class).restoreId());
    // The location of a deleted tenant's data is no longer known.
    lookup
        .find(job.tenantId())
        .map(TenantEntry::data)
        .ifPresent(
            target ->
                replacements
                    .of(target.schema())
                    .discard(lookup.clusterAccess(target.cluster()), restore));
    results.fail(restore, failure);
  }
}
