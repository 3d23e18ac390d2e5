package io.tenantry.backup.restore;

import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.postgres.DatabaseSwap;
import io.tenantry.backup.postgres.SchemaSwap;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Puts back what a restore replaced. What the restore had put in its place, with all that was
 * written since, is kept for a whole undo window from then on.
 */
@Singleton
final class UndoHandler implements JobHandler {

  static final String TYPE = "restore_undo";

  private final RestoreRecords records;
  private final Restores restores;
  private final TenantPlaces places;
  private final TenantLeases leases;
  private final ScratchDatabases scratch;
  private final DatabaseSwap databaseSwap;
  private final SchemaSwap schemaSwap;
  private final Clock clock;
  private final RestoreConfig config;

  UndoHandler(
      RestoreRecords records,
      Restores restores,
      TenantPlaces places,
      TenantLeases leases,
      ScratchDatabases scratch,
      DatabaseSwap databaseSwap,
      SchemaSwap schemaSwap,
      Clock clock,
      RestoreConfig config) {
    this.records = records;
    this.restores = restores;
    this.places = places;
    this.leases = leases;
    this.scratch = scratch;
    this.databaseSwap = databaseSwap;
    this.schemaSwap = schemaSwap;
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
    if (restore.status() == Restore.Status.undone) {
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
    TenantLocation tenant = places.get(restore.tenantId()).data();
    ClusterAccess access = places.admin(tenant.cluster());
    Restore.Former former = restore.former().orElseThrow();
    String undone = Purpose.UNDONE.nameFor(restore.id());
    if (tenant.schema().isPresent()) {
      if (!schemaSwap.exists(access, tenant, undone)) {
        schemaSwap.undo(access, tenant, former.name(), undone);
      }
    } else if (!scratch.exists(access, undone)) {
      scratch.markOlder(access, former.name(), tenant.tenantId(), Purpose.FORMER, restore.id());
      databaseSwap.swap(
          access,
          new DatabaseSwap.Exchange(
              tenant,
              former.name(),
              Purpose.FORMER.expected(restore.id()),
              restore.id(),
              undone,
              Mark.Purpose.UNDONE,
              List.of()));
    }
    return former.undone(restore.id(), clock.instant().plus(config.undoWindow()));
  }
}
