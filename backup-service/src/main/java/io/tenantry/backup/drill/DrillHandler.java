package io.tenantry.backup.drill;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Proves that a backup can be restored, by a {@link TrialRestore}. */
@Singleton
final class DrillHandler implements JobHandler {

  static final String TYPE = "drill";

  private final DrillRecords records;
  private final BackupRecords backups;
  private final TenantLookup lookup;
  private final TrialRestore trialRestore;
  private final Database database;
  private final Outbox outbox;
  private final Clock clock;

  DrillHandler(
      DrillRecords records,
      BackupRecords backups,
      TenantLookup lookup,
      TrialRestore trialRestore,
      Database database,
      Outbox outbox,
      Clock clock) {
    this.records = records;
    this.backups = backups;
    this.lookup = lookup;
    this.trialRestore = trialRestore;
    this.database = database;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** The job's result. */
  @RegisterForReflection
  record Result(UUID drillId) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(3, Duration.ofSeconds(5), Duration.ofMinutes(1));
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Drills.DrillTask task = job.data(Drills.DrillTask.class);
    Drill drill = records.get(task.drillId());
    Backup backup = backups.usable(drill.backupId());
    ClusterAccess access = lookup.clusterAccess(backup.manifest().orElseThrow().cluster());
    records.start(drill.id());
    Instant start = clock.instant();
    TrialRestore.Found found = trialRestore.run(job, drill, backup, task.store(), access);
    Drill.Evidence evidence = found.evidence();
    Duration recovery = Duration.between(start, found.at());
    database.transact(
        sql -> {
          if (records.recordEvidence(sql, drill.id(), evidence, recovery, clock.instant())
              && evidence.equal()) {
            outbox.append(
                sql,
                new OperationEvent.DrillCompleted(drill.tenantId(), drill.id(), drill.backupId()));
          }
        });
    if (!evidence.equal()) {
      throw new TenantryException(
          ErrorCode.RESTORE_MISMATCH, "The drill's row counts differ from the backup's.");
    }
    return JobOutcome.done(new Result(drill.id()));
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    Drill drill = records.get(job.data(Drills.DrillTask.class).drillId());
    backups
        .get(drill.backupId())
        .manifest()
        .ifPresent(manifest -> trialRestore.drop(lookup.clusterAccess(manifest.cluster()), drill));
    database.transact(
        sql -> {
          if (records.fail(sql, drill.id(), failure, clock.instant())) {
            outbox.append(
                sql,
                new OperationEvent.DrillFailed(
                    drill.tenantId(),
                    drill.id(),
                    drill.backupId(),
                    failure.code().name(),
                    failure.message()));
          }
        });
  }
}
