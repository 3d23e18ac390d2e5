package io.tenantry.backup.drill;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.DumpLoader;
import io.tenantry.backup.postgres.RowCounts;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.postgres.ScratchDatabases.Scratch;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.restore.BackupFiles;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Restores a backup, including owners and privileges, into a scratch database with its own roles,
 * counts every table's rows and drops the database. The live tenant is not touched and need not
 * exist.
 */
@Singleton
final class TrialRestore {

  private final BackupFiles files;
  private final ScratchDatabases scratch;
  private final DumpLoader loader;
  private final Clusters clusters;
  private final Clock clock;

  TrialRestore(
      BackupFiles files,
      ScratchDatabases scratch,
      DumpLoader loader,
      Clusters clusters,
      Clock clock) {
    this.files = files;
    this.scratch = scratch;
    this.loader = loader;
    this.clusters = clusters;
    this.clock = clock;
  }

  /**
   * The result of a trial restore.
   *
   * @param at when the rows were counted
   */
  record Found(Drill.Evidence evidence, Instant at) {}

  /**
   * Runs the trial restore.
   *
   * @param store the only store to read from; empty for any
   * @param access access to the backup's cluster
   */
  Found run(
      RunningJob job, Drill drill, Backup backup, Optional<String> store, ClusterAccess access)
      throws InterruptedException {
    Manifest manifest = backup.manifest().orElseThrow();
    Scratch trial = scratch(drill);
    DumpLoader.Target target = DumpLoader.Target.trial(access, trial.data(), manifest);
    try {
      List<String> notes =
          files.use(
              backup,
              store,
              done -> job.progress(done, backup.file().orElseThrow().bytes(), "bytes"),
              dump -> {
                job.step("create");
                scratch.createWithRoles(access, trial, manifest);
                job.step("load");
                return loader.load(target, dump);
              });
      job.step("compare");
      return new Found(compare(backup, target, notes), clock.instant());
    } finally {
      drop(access, drill);
    }
  }

  /** Its roles replace the tenant's, which may no longer exist. */
  private static Scratch scratch(Drill drill) {
    return new Scratch(
        Purpose.DRILL,
        drill.id(),
        Optional.of(drill.tenantId()),
        Purpose.DRILL.nameFor(drill.id()));
  }

  private Drill.Evidence compare(Backup backup, DumpLoader.Target target, List<String> notes) {
    Manifest manifest = backup.manifest().orElseThrow();
    Optional<String> schema = manifest.schema().map(name -> target.data().role());
    try (Session session = clusters.owner(target.access(), target.data())) {
      String version =
          session
              .first(row -> row.getString(0), "SELECT current_setting('server_version')")
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

  /** A schema backup is restored under another schema name. */
  private static boolean isSame(
      Optional<String> schema, Manifest.Table expected, Manifest.Table found) {
    return found.name().equals(expected.name())
        && found.schema().equals(schema.orElse(expected.schema()));
  }

  /** Drops the scratch database and roles; does nothing if they do not exist. */
  void drop(ClusterAccess access, Drill drill) {
    boolean interrupted = Thread.interrupted();
    try {
      scratch.drop(access, scratch(drill));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
