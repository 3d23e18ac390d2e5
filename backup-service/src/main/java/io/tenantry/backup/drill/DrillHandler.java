package io.tenantry.backup.drill;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.Loads;
import io.tenantry.backup.postgres.RowCounts;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.restore.BackupFiles;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Restores a backup into a database of its own, counts every table's rows, and drops it again. The
 * live tenant is not touched, and need not even exist.
 */
@Singleton
final class DrillHandler implements JobHandler {

  static final String TYPE = "drill";

  private final DrillRecords records;
  private final BackupRecords backups;
  private final BackupFiles files;
  private final TenantPlaces places;
  private final ScratchDatabases scratch;
  private final Loads loads;
  private final Clusters clusters;
  private final Clock clock;

  DrillHandler(
      DrillRecords records,
      BackupRecords backups,
      BackupFiles files,
      TenantPlaces places,
      ScratchDatabases scratch,
      Loads loads,
      Clusters clusters,
      Clock clock) {
    this.records = records;
    this.backups = backups;
    this.files = files;
    this.places = places;
    this.scratch = scratch;
    this.loads = loads;
    this.clusters = clusters;
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
    ClusterAccess admin = places.admin(backup.manifest().orElseThrow().cluster());
    records.begin(drill.id());
    String name = Purpose.DRILL.nameFor(drill.id());
    Instant begun = clock.instant();
    Drill.Evidence evidence;
    Duration recovery;
    try {
      files.use(
          backup,
          task.store(),
          done -> job.progress(done, backup.file().orElseThrow().bytes(), "bytes"),
          dump -> {
            job.step("create");
            scratch.create(admin, name, backup.manifest().orElseThrow());
            if (backup.manifest().orElseThrow().schema().isPresent()) {
              scratch.addExtensions(admin, name, backup.manifest().orElseThrow().extensions());
            }
            job.step("load");
            loads.load(admin, name, dump, new Loads.Naming.Nobodys());
            return true;
          });
      job.step("compare");
      evidence = compare(backup, admin, name);
      recovery = Duration.between(begun, clock.instant());
    } finally {
      drop(admin, name);
    }
    records.end(drill.id(), evidence, recovery, clock.instant());
    if (!evidence.equal()) {
      throw new TenantryException(
          ErrorCode.RESTORE_MISMATCH, "The drill found other rows than the backup recorded.");
    }
    return JobOutcome.done(new Result(drill.id()));
  }

  private Drill.Evidence compare(Backup backup, ClusterAccess admin, String name) {
    Manifest manifest = backup.manifest().orElseThrow();
    try (Session session = clusters.open(admin, name)) {
      List<Manifest.Table> found = RowCounts.count(session, manifest.schema());
      List<Drill.TableEvidence> tables = new ArrayList<>();
      for (Manifest.Table expected : manifest.tables()) {
        long rows =
            found.stream()
                .filter(
                    table ->
                        table.schema().equals(expected.schema())
                            && table.name().equals(expected.name()))
                .mapToLong(Manifest.Table::rows)
                .findFirst()
                .orElse(-1);
        tables.add(
            new Drill.TableEvidence(expected.schema(), expected.name(), expected.rows(), rows));
      }
      return new Drill.Evidence(
          found.equals(manifest.tables()),
          manifest.rows(),
          found.stream().mapToLong(Manifest.Table::rows).sum(),
          session.first("SHOW server_version", row -> row.getString(0)).orElseThrow(),
          backup.file().orElseThrow().bytes(),
          tables);
    }
  }

  private void drop(ClusterAccess admin, String name) {
    boolean interrupted = Thread.interrupted();
    try {
      scratch.drop(admin, name);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void giveUp(RunningJob job, Job.Failure failure) {
    Drill drill = records.get(job.data(Drills.DrillTask.class).drillId());
    backups
        .get(drill.backupId())
        .manifest()
        .ifPresent(
            manifest ->
                scratch.drop(places.admin(manifest.cluster()), Purpose.DRILL.nameFor(drill.id())));
    records.fail(drill.id(), failure.code(), clock.instant());
  }
}
