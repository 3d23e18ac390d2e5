package io.tenantry.backup.restore;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.DatabaseSwap;
import io.tenantry.backup.postgres.DumpLoader;
import io.tenantry.backup.postgres.RowCounts;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.postgres.ScratchDatabases.Scratch;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.postgres.TenantSearchPath;
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

/** Replaces the data of a tenant that has its own database. */
@Singleton
final class DatabaseReplacement implements Replacement {

  private static final Logger LOG = Logger.getLogger(DatabaseReplacement.class);

  private final BackupFiles files;
  private final ScratchDatabases scratch;
  private final DumpLoader loader;
  private final Clusters clusters;
  private final DatabaseSwap swap;
  private final Clock clock;

  DatabaseReplacement(
      BackupFiles files,
      ScratchDatabases scratch,
      DumpLoader loader,
      Clusters clusters,
      DatabaseSwap swap,
      Clock clock) {
    this.files = files;
    this.scratch = scratch;
    this.loader = loader;
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
    Scratch scratchDatabase =
        new Scratch(
            Purpose.RESTORE,
            work.restore().id(),
            Optional.of(work.target().tenantId()),
            work.target().role());
    try {
      List<String> notes = new ArrayList<>(load(work, scratchDatabase));
      work.job().step("verify");
      try (Session session = clusters.owner(work.access(), scratchDatabase.data())) {
        work.requireSame(
            work.manifest().tables(),
            RowCounts.countRestored(
                session, Optional.empty(), TenantSearchPath.of(work.manifest(), work.target())));
      }
      work.job().step("swap");
      work.requireTime();
      DatabaseSwap.Result result =
          swap.swap(
              work.access(),
              new DatabaseSwap.Exchange(
                  work.target(),
                  scratchDatabase.name(),
                  Purpose.RESTORE.expected(work.restore().id()),
                  work.restore().id(),
                  work.name(Purpose.FORMER),
                  Mark.Purpose.FORMER,
                  work.manifest().settingsFor(work.target().role())));
      result.refused().stream().map(DatabaseReplacement::notSet).forEach(notes::add);
      return new Swapped(
          result.replaced(),
          Optional.of(result.downtime()),
          Optional.of(Duration.between(work.startedAt(), clock.instant())),
          List.copyOf(notes));
    } catch (InterruptedException | RuntimeException e) {
      // Best effort: the next attempt or the final failure drops it.
      dropQuietly(work.access(), scratchDatabase);
      throw e;
    }
  }

  private List<String> load(RestoreWork work, Scratch scratchDatabase) throws InterruptedException {
    return files.use(
        work.backup(),
        work.store(),
        work::reportBytes,
        dump -> {
          work.job().step("create");
          scratch.create(work.access(), scratchDatabase, work.manifest());
          work.job().step("load");
          return loader.load(
              DumpLoader.Target.restore(
                  work.access(), scratchDatabase.data(), work.manifest(), work.target()),
              dump);
        });
  }

  private static String notSet(Manifest.Setting setting) {
    return "The setting %s%s was not copied: the cluster's admin may not set it."
        .formatted(setting.name(), setting.role().map(role -> " of the role " + role).orElse(""));
  }

  private void dropQuietly(ClusterAccess access, Scratch scratchDatabase) {
    boolean interrupted = Thread.interrupted();
    try {
      scratch.drop(access, scratchDatabase.name(), Purpose.RESTORE.expected(scratchDatabase.id()));
    } catch (RuntimeException e) {
      LOG.warnf(
          "scratch database not dropped; it is dropped later database=%s: %s",
          scratchDatabase.name(), e.getMessage());
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
