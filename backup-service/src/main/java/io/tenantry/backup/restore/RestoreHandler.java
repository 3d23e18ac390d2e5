package io.tenantry.backup.restore;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.restore.Replacement.Swapped;
import io.tenantry.backup.tenant.TenantPlaces;
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
 * Restores a backup beside the live data, checks it, and puts it in its place at once. Until the
 * swap's commit the live data is untouched; by what the swap leaves, an attempt that follows a
 * crash knows whether it was done.
 */
@Singleton
final class RestoreHandler implements JobHandler {

  static final String TYPE = "restore";

  private final RestoreRecords records;
  private final BackupRecords backups;
  private final TenantPlaces places;
  private final TenantLeases leases;
  private final Replacements replacements;
  private final Analysis analysis;
  private final RestoreOutcomes outcomes;
  private final RestoreConfig config;

  RestoreHandler(
      RestoreRecords records,
      BackupRecords backups,
      TenantPlaces places,
      TenantLeases leases,
      Replacements replacements,
      Analysis analysis,
      RestoreOutcomes outcomes,
      RestoreConfig config) {
    this.records = records;
    this.backups = backups;
    this.places = places;
    this.leases = leases;
    this.replacements = replacements;
    this.analysis = analysis;
    this.outcomes = outcomes;
    this.config = config;
  }

  /**
   * The job's result.
   *
   * @param notes what is otherwise than in the backup, in sentences: roles and settings that the
   *     server does not have or permit
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
      // Now that nobody migrates it.
      TenantEntry tenant = places.getNow(job.tenantId());
      Instant begun = outcomes.begin(restore.id());
      RestoreWork work =
          new RestoreWork(
              job,
              restore,
              backups.usable(restore.backupId()),
              task.store(),
              tenant,
              places.admin(tenant.data().cluster()),
              held,
              begun);
      return JobOutcome.done(new Result(restore.id(), restore(work)));
    }
  }

  private List<String> restore(RestoreWork work) throws InterruptedException {
    Swapped swapped = replacements.replace(work);
    work.job().step("record");
    outcomes.complete(work, swapped);
    work.job().step("analyze");
    List<String> notes = new ArrayList<>(swapped.notes());
    notes.addAll(analysis.run(work.access(), work.target(), work.manifest()));
    return List.copyOf(notes);
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    Restore restore = records.get(job.data(Restores.Task.class).restoreId());
    // Where a tenant's data was is not known any more once it is deleted.
    places
        .find(job.tenantId())
        .map(TenantEntry::data)
        .ifPresent(
            target ->
                replacements.of(target.schema()).discard(places.admin(target.cluster()), restore));
    outcomes.fail(restore, failure);
  }
}
