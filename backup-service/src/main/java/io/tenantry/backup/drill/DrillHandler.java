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
import io.tenantry.backup.postgres.ScratchDatabases.Scratch;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.restore.BackupFiles;
import io.tenantry.backup.tenant.TenantPlaces;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Restores a backup as a restore does, owners and rights included, but into a database and roles of
 * its own; counts every table's rows, and drops them again. The live tenant is not touched, and
 * need not even exist.
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
  private final Database database;
  private final Outbox outbox;
  private final Clock clock;

  DrillHandler(
      DrillRecords records,
      BackupRecords backups,
      BackupFiles files,
      TenantPlaces places,
      ScratchDatabases scratch,
      Loads loads,
      Clusters clusters,
      Database database,
      Outbox outbox,
      Clock clock) {
    this.records = records;
    this.backups = backups;
    this.files = files;
    this.places = places;
    this.scratch = scratch;
    this.loads = loads;
    this.clusters = clusters;
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
    Manifest manifest = backup.manifest().orElseThrow();
    ClusterAccess access = places.admin(manifest.cluster());
    records.begin(drill.id());
    Scratch trial = trial(drill);
    Instant begun = clock.instant();
    Loads.Target target = Loads.Target.trial(access, trial.data(), manifest);
    Drill.Evidence evidence;
    Duration recovery;
    try {
      List<String> notes =
          files.use(
              backup,
              task.store(),
              done -> job.progress(done, backup.file().orElseThrow().bytes(), "bytes"),
              dump -> {
                job.step("create");
                scratch.createWithRoles(access, trial, manifest);
                job.step("load");
                return loads.load(target, dump);
              });
      job.step("compare");
      evidence = compare(backup, target, notes);
      recovery = Duration.between(begun, clock.instant());
    } finally {
      drop(access, trial);
    }
    records.end(drill.id(), evidence, recovery, clock.instant());
    if (!evidence.equal()) {
      throw new TenantryException(
          ErrorCode.RESTORE_MISMATCH, "The drill found other rows than the backup recorded.");
    }
    return JobOutcome.done(new Result(drill.id()));
  }

  /** Its roles stand for the tenant's, which may be gone. */
  private static Scratch trial(Drill drill) {
    return new Scratch(
        Purpose.DRILL,
        drill.id(),
        Optional.of(drill.tenantId()),
        Purpose.DRILL.nameFor(drill.id()));
  }

  private Drill.Evidence compare(Backup backup, Loads.Target target, List<String> notes) {
    Manifest manifest = backup.manifest().orElseThrow();
    Optional<String> schema = manifest.schema().map(name -> target.data().role());
    try (Session session = clusters.owner(target.access(), target.data())) {
      String version =
          session
              .first("SELECT current_setting('server_version')", row -> row.getString(0))
              .orElseThrow();
      List<Manifest.Table> found = RowCounts.countRestored(session, schema, target.path());
      List<Drill.TableEvidence> tables = new ArrayList<>();
      for (Manifest.Table expected : manifest.tables()) {
        tables.add(
            new Drill.TableEvidence(
                expected.schema(),
                expected.name(),
                expected.rows(),
                found.stream()
                    .filter(table -> isSame(schema, expected, table))
                    .mapToLong(Manifest.Table::rows)
                    .findFirst()
                    .orElse(-1)));
      }
      return new Drill.Evidence(
          found.size() == tables.size()
              && tables.stream().allMatch(table -> table.expected() == table.found()),
          manifest.rows(),
          found.stream().mapToLong(Manifest.Table::rows).sum(),
          version,
          backup.file().orElseThrow().bytes(),
          tables,
          notes);
    }
  }

  /** The schema of a backup of one has another name in the drill. */
  private static boolean isSame(
      Optional<String> schema, Manifest.Table expected, Manifest.Table found) {
    return found.name().equals(expected.name())
        && found.schema().equals(schema.orElse(expected.schema()));
  }

  private void drop(ClusterAccess access, Scratch trial) {
    boolean interrupted = Thread.interrupted();
    try {
      scratch.drop(access, trial);
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
        .ifPresent(manifest -> scratch.drop(places.admin(manifest.cluster()), trial(drill)));
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
