package io.tenantry.backup.restore;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.DatabaseSwap;
import io.tenantry.backup.postgres.Loads;
import io.tenantry.backup.postgres.RowCounts;
import io.tenantry.backup.postgres.SchemaSwap;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.postgres.ScratchDatabases.Scratch;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.postgres.TenantPath;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.backup.tenant.TenantVersions;
import io.tenantry.kernel.cluster.Mark;
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
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Restores a backup beside the live data, checks it, and puts it in its place at once. Until the
 * swap's commit the live data is untouched; by what the swap leaves, an attempt that follows a
 * crash knows whether it was done.
 */
@Singleton
final class RestoreHandler implements JobHandler {

  static final String TYPE = "restore";
  static final List<String> DATABASE_STEPS =
      List.of("create", "load", "verify", "swap", "record", "analyze");
  static final List<String> SCHEMA_STEPS = List.of("load", "verify", "swap", "record", "analyze");

  private static final Logger LOG = Logger.getLogger(RestoreHandler.class);

  /** A swap that began is over by then, one way or the other; so the lease must last longer. */
  private static final Duration LONGEST_SWAP = Duration.ofSeconds(10);

  private final RestoreRecords records;
  private final Restores restores;
  private final BackupRecords backups;
  private final BackupFiles files;
  private final TenantPlaces places;
  private final TenantLeases leases;
  private final Clusters clusters;
  private final Analysis analysis;
  private final ScratchDatabases scratch;
  private final Loads loads;
  private final DatabaseSwap databaseSwap;
  private final SchemaSwap schemaSwap;
  private final Database database;
  private final Outbox outbox;
  private final Clock clock;
  private final RestoreConfig config;

  RestoreHandler(
      RestoreRecords records,
      Restores restores,
      BackupRecords backups,
      BackupFiles files,
      TenantPlaces places,
      TenantLeases leases,
      Clusters clusters,
      Analysis analysis,
      ScratchDatabases scratch,
      Loads loads,
      DatabaseSwap databaseSwap,
      SchemaSwap schemaSwap,
      Database database,
      Outbox outbox,
      Clock clock,
      RestoreConfig config) {
    this.records = records;
    this.restores = restores;
    this.backups = backups;
    this.files = files;
    this.places = places;
    this.leases = leases;
    this.clusters = clusters;
    this.analysis = analysis;
    this.scratch = scratch;
    this.loads = loads;
    this.databaseSwap = databaseSwap;
    this.schemaSwap = schemaSwap;
    this.database = database;
    this.outbox = outbox;
    this.clock = clock;
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

  /** A restore in progress. */
  private record Work(
      RunningJob job,
      Restore restore,
      Backup backup,
      Optional<String> store,
      TenantEntry tenant,
      ClusterAccess access,
      TenantLeases.Lease lease,
      Instant begun) {

    TenantLocation target() {
      return tenant.data();
    }

    Manifest manifest() {
      return backup.manifest().orElseThrow();
    }

    String name(Purpose purpose) {
      return purpose.nameFor(restore.id());
    }

    /** The database beside the live one. */
    Scratch beside() {
      return new Scratch(
          Purpose.RESTORE, restore.id(), Optional.of(tenant.tenantId()), target().role());
    }

    TenantPath path() {
      return TenantPath.of(manifest(), target());
    }

    void noteBytes(long done) {
      job.progress(done, backup.file().orElseThrow().bytes(), "bytes");
    }
  }

  /**
   * What a swap took; empty if an attempt before did it and could not tell.
   *
   * @param replaced whether something was replaced, and is kept
   */
  private record Swapped(
      boolean replaced,
      Optional<Duration> downtime,
      Optional<Duration> recovery,
      List<String> notes) {}

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
    if (restore.status() == Restore.Status.completed || restore.status() == Restore.Status.undone) {
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
      records.begin(restore.id());
      Work work =
          new Work(
              job,
              restore,
              backups.usable(restore.backupId()),
              task.store(),
              tenant,
              places.admin(tenant.data().cluster()),
              held,
              clock.instant());
      return JobOutcome.done(new Result(restore.id(), restore(work)));
    }
  }

  private List<String> restore(Work work) throws InterruptedException {
    loads.prepareRoles(work.access(), work.target());
    Swapped swapped =
        wasSwapped(work)
            ? new Swapped(true, Optional.empty(), Optional.empty(), List.of())
            : work.target().schema().isPresent() ? restoreSchema(work) : restoreDatabase(work);
    work.job().step("record");
    complete(work, swapped);
    work.job().step("analyze");
    List<String> notes = new ArrayList<>(swapped.notes());
    notes.addAll(analysis.run(work.access(), work.target(), work.manifest()));
    return List.copyOf(notes);
  }

  /**
   * By what the swap left. If the tenant's database was gone, it left nothing: then the backup is
   * restored once more, and what is there is kept for an undo.
   */
  private boolean wasSwapped(Work work) {
    String former = work.name(Purpose.FORMER);
    return work.target().schema().isPresent()
        ? schemaSwap.exists(work.access(), work.target(), former)
        : scratch.exists(work.access(), former);
  }

  private Swapped restoreDatabase(Work work) throws InterruptedException {
    Scratch beside = work.beside();
    List<String> notes = new ArrayList<>();
    try {
      notes.addAll(
          files.use(
              work.backup(),
              work.store(),
              work::noteBytes,
              dump -> {
                work.job().step("create");
                scratch.create(work.access(), beside, work.manifest());
                work.job().step("load");
                return loads.load(
                    Loads.Target.restore(
                        work.access(), beside.data(), work.manifest(), work.target()),
                    dump);
              }));
      work.job().step("verify");
      try (Session session = clusters.owner(work.access(), beside.data())) {
        compare(
            work.manifest().tables(),
            RowCounts.countRestored(session, Optional.empty(), work.path()));
      }
      work.job().step("swap");
      requireTime(work);
      DatabaseSwap.Result swap =
          databaseSwap.swap(
              work.access(),
              new DatabaseSwap.Exchange(
                  work.target(),
                  beside.name(),
                  Purpose.RESTORE.expected(work.restore().id()),
                  work.restore().id(),
                  work.name(Purpose.FORMER),
                  Mark.Purpose.FORMER,
                  work.manifest().settingsFor(work.target().role())));
      swap.refused().stream().map(RestoreHandler::notSet).forEach(notes::add);
      return swapped(work, swap.replaced(), swap.downtime(), notes);
    } catch (InterruptedException | RuntimeException e) {
      // Best effort: the next attempt, or giving up, drops it for sure.
      dropQuietly(work.access(), beside);
      throw e;
    }
  }

  private static String notSet(Manifest.Setting setting) {
    return "The setting %s%s was not carried over: the cluster's admin may not set it."
        .formatted(setting.name(), setting.role().map(role -> " of the role " + role).orElse(""));
  }

  private Swapped restoreSchema(Work work) throws InterruptedException {
    SchemaSwap.Plan plan =
        new SchemaSwap.Plan(
            work.access(), work.target(), work.manifest(), work.name(Purpose.FORMER));
    SchemaSwap.Result swap =
        files.use(
            work.backup(),
            work.store(),
            work::noteBytes,
            dump -> {
              work.job().step("load");
              return schemaSwap.restore(
                  plan,
                  dump,
                  counted -> {
                    work.job().step("verify");
                    compare(plan.tables(), counted);
                    work.job().step("swap");
                    requireTime(work);
                  });
            });
    return swapped(work, swap.replaced(), swap.downtime(), swap.notes());
  }

  private Swapped swapped(Work work, boolean replaced, Duration downtime, List<String> notes) {
    return new Swapped(
        replaced,
        Optional.of(downtime),
        Optional.of(Duration.between(work.begun(), clock.instant())),
        List.copyOf(notes));
  }

  private static void requireTime(Work work) {
    work.lease().require();
    if (work.lease().remaining().compareTo(LONGEST_SWAP) < 0) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY, "The tenant could not be kept for the swap; nothing was changed.");
    }
  }

  /** Refuses what is not, table by table, what was backed up. */
  static void compare(List<Manifest.Table> expected, List<Manifest.Table> found) {
    if (!found.equals(expected)) {
      List<Manifest.Table> different =
          expected.stream().filter(table -> !found.contains(table)).toList();
      throw new TenantryException(
          ErrorCode.RESTORE_MISMATCH,
          "%d tables have other rows than the backup; nothing was changed."
              .formatted(Math.max(1, different.size())));
    }
  }

  private void complete(Work work, Swapped swapped) {
    Instant now = clock.instant();
    Optional<Restore.Former> kept =
        swapped.replaced()
            ? Optional.of(former(work, now.plus(config.undoWindow())))
            : Optional.empty();
    database.transact(
        sql -> {
          records.complete(
              sql,
              work.restore().id(),
              new RestoreRecords.Completion(
                  kept,
                  Optional.of(work.manifest().rows()),
                  swapped.downtime(),
                  swapped.recovery(),
                  work.tenant().blueprintVersion()),
              now);
          kept.ifPresent(former -> restores.dropFormer(sql, work.restore(), former.expiresAt()));
          TenantVersions.record(
              sql,
              new UUID[] {work.target().tenantId()},
              new String[] {work.manifest().blueprintVersion()});
          outbox.append(
              sql,
              new OperationEvent.RestoreCompleted(
                  work.target().tenantId(), work.restore().id(), work.backup().id()));
        });
    LOG.infof(
        "tenant=%s restore=%s backup=%s rows=%d downtime_ms=%s",
        work.target().tenantId(),
        work.restore().id(),
        work.backup().id(),
        work.manifest().rows(),
        swapped.downtime().map(Duration::toMillis).map(Object::toString).orElse("unknown"));
  }

  private static Restore.Former former(Work work, Instant expiry) {
    boolean schema = work.target().schema().isPresent();
    String name = work.name(Purpose.FORMER);
    return new Restore.Former(
        work.target().cluster(),
        schema ? work.target().database() : name,
        schema ? Optional.of(name) : Optional.empty(),
        expiry,
        Optional.empty());
  }

  private void dropQuietly(ClusterAccess access, Scratch beside) {
    boolean interrupted = Thread.interrupted();
    try {
      scratch.drop(access, beside.name(), Purpose.RESTORE.expected(beside.id()));
    } catch (RuntimeException e) {
      LOG.warnf("database=%s is dropped later: %s", beside.name(), e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void giveUp(RunningJob job, Job.Failure failure) {
    Restores.Task task = job.data(Restores.Task.class);
    Restore restore = records.get(task.restoreId());
    if (failure.code() != ErrorCode.TENANT_NOT_FOUND) {
      scratch.drop(
          places.admin(places.get(job.tenantId()).data().cluster()),
          Purpose.RESTORE.nameFor(restore.id()),
          Purpose.RESTORE.expected(restore.id()));
    }
    database.transact(
        sql -> {
          if (records.fail(sql, restore.id(), failure)) {
            outbox.append(
                sql,
                new OperationEvent.RestoreFailed(
                    restore.tenantId(),
                    restore.id(),
                    restore.backupId(),
                    failure.code().name(),
                    failure.message()));
          }
        });
  }
}
