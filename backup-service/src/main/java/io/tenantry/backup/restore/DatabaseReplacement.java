package io.tenantry.backup.restore;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.DatabaseSwap;
import io.tenantry.backup.postgres.Loads;
import io.tenantry.backup.postgres.RowCounts;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.postgres.ScratchDatabases.Scratch;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.postgres.TenantPath;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** For a tenant that has a database of its own. */
@Singleton
final class DatabaseReplacement implements Replacement {

  private static final Logger LOG = Logger.getLogger(DatabaseReplacement.class);

  private final BackupFiles files;
  private final ScratchDatabases scratch;
  private final Loads loads;
  private final Clusters clusters;
  private final DatabaseSwap swap;
  private final Clock clock;

  DatabaseReplacement(
      BackupFiles files,
      ScratchDatabases scratch,
      Loads loads,
      Clusters clusters,
      DatabaseSwap swap,
      Clock clock) {
    this.files = files;
    this.scratch = scratch;
    this.loads = loads;
    this.clusters = clusters;
    this.swap = swap;
    this.clock = clock;
  }

  @Override
  public List<String> steps() {
    return List.of("create", "load", "verify", "swap", "record", "analyze");
  }

  @Override
  public boolean isDone(RestoreWork work) {
    return scratch.exists(work.access(), work.name(Purpose.FORMER));
  }

  @Override
  public Swapped replace(RestoreWork work) throws InterruptedException {
    Scratch beside =
        new Scratch(
            Purpose.RESTORE,
            work.restore().id(),
            Optional.of(work.target().tenantId()),
            work.target().role());
    try {
      List<String> notes = new ArrayList<>(load(work, beside));
      work.job().step("verify");
      try (Session session = clusters.owner(work.access(), beside.data())) {
        work.requireSame(
            work.manifest().tables(),
            RowCounts.countRestored(
                session, Optional.empty(), TenantPath.of(work.manifest(), work.target())));
      }
      work.job().step("swap");
      work.requireTime();
      DatabaseSwap.Result result =
          swap.swap(
              work.access(),
              new DatabaseSwap.Exchange(
                  work.target(),
                  beside.name(),
                  Purpose.RESTORE.expected(work.restore().id()),
                  work.restore().id(),
                  work.name(Purpose.FORMER),
                  Mark.Purpose.FORMER,
                  work.manifest().settingsFor(work.target().role())));
      result.refused().stream().map(DatabaseReplacement::notSet).forEach(notes::add);
      return new Swapped(
          result.replaced(),
          Optional.of(result.downtime()),
          Optional.of(Duration.between(work.begun(), clock.instant())),
          List.copyOf(notes));
    } catch (InterruptedException | RuntimeException e) {
      // Best effort: the next attempt, or giving up, drops it for sure.
      dropQuietly(work.access(), beside);
      throw e;
    }
  }

  private List<String> load(RestoreWork work, Scratch beside) throws InterruptedException {
    return files.use(
        work.backup(),
        work.store(),
        work::noteBytes,
        dump -> {
          work.job().step("create");
          scratch.create(work.access(), beside, work.manifest());
          work.job().step("load");
          return loads.load(
              Loads.Target.restore(work.access(), beside.data(), work.manifest(), work.target()),
              dump);
        });
  }

  private static String notSet(Manifest.Setting setting) {
    return "The setting %s%s was not carried over: the cluster's admin may not set it."
        .formatted(setting.name(), setting.role().map(role -> " of the role " + role).orElse(""));
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
  public Restore.Former former(RestoreWork work, Instant expiry) {
    return new Restore.Former(
        work.target().cluster(),
        work.name(Purpose.FORMER),
        Optional.empty(),
        expiry,
        Optional.empty());
  }

  @Override
  public void discard(ClusterAccess access, Restore restore) {
    scratch.drop(
        access, Purpose.RESTORE.nameFor(restore.id()), Purpose.RESTORE.expected(restore.id()));
  }

  @Override
  public boolean isUndone(ClusterAccess access, Restore restore) {
    return scratch.exists(access, Purpose.UNDONE.nameFor(restore.id()));
  }

  @Override
  public void undo(ClusterAccess access, TenantLocation tenant, Restore restore) {
    String former = restore.former().orElseThrow().name();
    scratch.markOlder(access, former, tenant.tenantId(), Purpose.FORMER, restore.id());
    swap.swap(
        access,
        new DatabaseSwap.Exchange(
            tenant,
            former,
            Purpose.FORMER.expected(restore.id()),
            restore.id(),
            Purpose.UNDONE.nameFor(restore.id()),
            Mark.Purpose.UNDONE,
            List.of()));
  }

  @Override
  public void drop(ClusterAccess access, Restore restore, Restore.Former kept) {
    Purpose purpose =
        kept.name().equals(Purpose.UNDONE.nameFor(restore.id())) ? Purpose.UNDONE : Purpose.FORMER;
    scratch.markOlder(access, kept.name(), restore.tenantId(), purpose, restore.id());
    scratch.drop(access, kept.name(), purpose.expected(restore.id()));
  }
}
