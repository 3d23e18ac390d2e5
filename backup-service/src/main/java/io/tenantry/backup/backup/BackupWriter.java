package io.tenantry.backup.backup;

import io.tenantry.backup.archive.ArchiveRecord;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.postgres.Dumps;
import io.tenantry.backup.postgres.Heavy;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.store.Upload;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jboss.logging.Logger;

/** Writes backups: one stream from pg_dump through compression and encryption into the store. */
@Singleton
final class BackupWriter {

  private static final Logger LOG = Logger.getLogger(BackupWriter.class);

  private final TenantPlaces places;
  private final Dumps dumps;
  private final Archives archives;
  private final Stores stores;
  private final BackupOutcomes outcomes;
  private final Clock clock;

  BackupWriter(
      TenantPlaces places,
      Dumps dumps,
      Archives archives,
      Stores stores,
      BackupOutcomes outcomes,
      Clock clock) {
    this.places = places;
    this.dumps = dumps;
    this.archives = archives;
    this.stores = stores;
    this.outcomes = outcomes;
    this.clock = clock;
  }

  void write(
      RunningJob job, Backups.Task task, Backup backup, TenantEntry tenant, TenantLeases.Lease held)
      throws InterruptedException {
    BackupStore store = stores.primary();
    ArchiveId id = backup.archiveId();
    job.step("dump");
    try (Dumps.Dump dump = dumps.begin(tenant, places.admin(tenant.data().cluster()));
        Upload upload = store.begin(id.objectKey())) {
      Archives.Source source =
          new Archives.Source(
              id,
              task.newKey().filter(asked -> asked).map(asked -> backup.requestedAt()),
              dump.compression(),
              dump.stream(),
              bytes -> record(backup, dump.finish(bytes)));
      Archives.Written written =
          Heavy.run(
              () -> archives.write(source, upload, bytes -> job.progress(bytes, 0, "bytes")),
              dump::end);
      held.require();
      job.step("store");
      upload.commit();
      job.step("record");
      outcomes.complete(task, id, store, written);
      job.progress(written.dumpBytes(), written.dumpBytes(), "bytes");
      LOG.infof(
          "tenant=%s backup=%s kind=%s bytes=%d dump_bytes=%d rows=%d",
          id.tenantId(),
          id.backupId(),
          task.kind(),
          written.bytes(),
          written.dumpBytes(),
          written.record().manifest().rows());
    }
  }

  private ArchiveRecord record(Backup backup, Manifest manifest) {
    return new ArchiveRecord(
        backup.tenantName(),
        backup.kind().toString(),
        backup.retentionDays(),
        backup.requestedAt(),
        backup.startedAt().orElseThrow(),
        clock.instant(),
        manifest);
  }
}
