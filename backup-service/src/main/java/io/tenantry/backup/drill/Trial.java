package io.tenantry.backup.drill;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.Loads;
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
 * Restores a backup as a restore does, owners and rights included, but into a database and roles of
 * its own; counts every table's rows, and drops them again. The live tenant is not touched, and
 * need not even exist.
 */
@Singleton
final class Trial {

  private final BackupFiles files;
  private final ScratchDatabases scratch;
  private final Loads loads;
  private final Clusters clusters;
  private final Clock clock;

  Trial(BackupFiles files, ScratchDatabases scratch, Loads loads, Clusters clusters, Clock clock) {
    this.files = files;
    this.scratch = scratch;
    this.loads = loads;
    this.clusters = clusters;
    this.clock = clock;
  }

  /**
   * What was found.
   *
   * @param at when all was there and counted
   */
  record Found(Drill.Evidence evidence, Instant at) {}

  /**
   * Runs the trial restore.
   *
   * @param store the only store to read from; empty for any
   * @param access to the cluster that the backup is of
   */
  Found run(
      RunningJob job, Drill drill, Backup backup, Optional<String> store, ClusterAccess access)
      throws InterruptedException {
    Manifest manifest = backup.manifest().orElseThrow();
    Scratch trial = scratch(drill);
    Loads.Target target = Loads.Target.trial(access, trial.data(), manifest);
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
                return loads.load(target, dump);
              });
      job.step("compare");
      return new Found(compare(backup, target, notes), clock.instant());
    } finally {
      drop(access, drill);
    }
  }

  /** Its roles stand for the tenant's, which may be gone. */
  private static Scratch scratch(Drill drill) {
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
