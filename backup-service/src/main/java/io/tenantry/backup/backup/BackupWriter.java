package io.tenantry.backup.backup;

import io.tenantry.backup.archive.ArchiveRecord;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.postgres.Dumps;
import io.tenantry.backup.postgres.PlatformThreads;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.store.Upload;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Streams backups from pg_dump through compression and encryption into the store. */
@Singleton
final class BackupWriter {

  private static final Logger LOG = Logger.getLogger(BackupWriter.class);

  private final TenantLookup lookup;
  private final Dumps dumps;
  private final Archives archives;
  private final Stores stores;
  private final BackupResults results;
  private final Clock clock;

  BackupWriter(
      TenantLookup lookup,
      Dumps dumps,
      Archives archives,
      Stores stores,
      BackupResults results,
      Clock clock) {
    this.lookup = lookup;
    this.dumps = dumps;
    this.archives = archives;
    this.stores = stores;
    this.results = results;
    this.clock = clock;
  }

  /** An attempt at a requested backup. */
  record Attempt(Backups.Task task, Backup backup, Instant startedAt) {}

  /** Writes and records a backup; its record and the end of the lease are one transaction. */
  void write(RunningJob job, Attempt attempt, TenantEntry tenant, TenantLeases.Lease held)
      throws InterruptedException {
    Backups.Task task = attempt.task();
    Backup backup = attempt.backup();
    BackupStore store = stores.primary();
    ArchiveId id = backup.archiveId();
    job.step("dump");
    try (Dumps.Dump dump = dumps.start(tenant, lookup.clusterAccess(tenant.data().cluster()));
        Upload upload = store.startUpload(id.objectKey())) {
      Archives.Source source =
          new Archives.Source(
              id,
              task.newKey().filter(requested -> requested).map(requested -> backup.requestedAt()),
              dump::writeTo,
              () -> record(attempt, dump.finish()));
      Archives.Written written =
          PlatformThreads.run(
              () -> archives.write(source, upload, bytes -> job.progress(bytes, 0, "bytes")),
              dump::end);
      held.require();
      job.step("store");
      upload.commit();
      job.step("record");
      results.complete(task, id, store, written, held);
      Manifest manifest = written.record().manifest();
      job.progress(manifest.dumpBytes(), manifest.dumpBytes(), "bytes");
      LOG.infof(
          "backup completed tenant=%s backup=%s kind=%s bytes=%d dump_bytes=%d rows=%d",
          id.tenantId(),
          id.backupId(),
          task.kind(),
          written.bytes(),
          manifest.dumpBytes(),
          manifest.rows());
    }
  }

  private ArchiveRecord record(Attempt attempt, Manifest manifest) {
    Backup backup = attempt.backup();
    return new ArchiveRecord(
        backup.tenantName(),
        backup.kind().toString(),
        backup.retentionDays(),
        backup.requestedAt(),
        attempt.startedAt(),
        clock.instant(),
        manifest);
  }
}
