package io.tenantry.backup.restore;

import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/**
 * Runs undo jobs, which swap the data back that a restore replaced. The restored data, with all
 * that was written since, is kept for another undo window.
 */
@Singleton
final class UndoHandler implements JobHandler {

  static final String TYPE = "restore_undo";

  private final RestoreRecords records;
  private final Restores restores;
  private final TenantLookup lookup;
  private final TenantLeases leases;
  private final Replacements replacements;
  private final Clock clock;
  private final RestoreConfig config;

  UndoHandler(
      RestoreRecords records,
      Restores restores,
      TenantLookup lookup,
      TenantLeases leases,
      Replacements replacements,
      Clock clock,
      RestoreConfig config) {
    this.records = records;
    this.restores = restores;
    this.lookup = lookup;
    this.leases = leases;
    this.replacements = replacements;
    this.clock = clock;
    this.config = config;
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
  public JobOutcome run(RunningJob job) {
    Restores.Task task = job.data(Restores.Task.class);
    Restore restore = records.get(task.restoreId());
    if (restore.status() == Restore.Status.UNDONE) {
      return JobOutcome.done(new RestoreHandler.Result(restore.id()));
    }
    Optional<TenantLeases.Lease> lease =
        leases.take(job.tenantId(), TenantLeases.Operation.RESTORE, job.id());
    if (lease.isEmpty()) {
      return JobOutcome.postponed(config.busyDelay());
    }
    try (TenantLeases.Lease held = lease.get()) {
      job.step("swap");
      held.require();
      records.undo(restore.id(), swapBack(restores.undoable(restore.id())), clock.instant());
    }
    return JobOutcome.done(new RestoreHandler.Result(restore.id()));
  }

  private Restore.Former swapBack(Restore restore) {
    TenantLocation tenant = lookup.get(restore.tenantId()).data();
    ClusterAccess access = lookup.clusterAccess(tenant.cluster());
    Replacement replacement = replacements.of(tenant.schema());
    if (!replacement.isUndone(access, restore)) {
      replacement.undo(access, tenant, restore);
    }
    return restore
        .former()
        .orElseThrow()
        .undone(restore.id(), clock.instant().plus(config.undoWindow()));
  }
}
