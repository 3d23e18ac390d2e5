package io.tenantry.backup.backup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.archive.ArchiveRecord;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.postgres.Dumps;
import io.tenantry.backup.postgres.Heavy;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.store.Upload;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Makes backups: one stream from pg_dump through compression and encryption into the store. */
@Singleton
final class BackupHandler implements JobHandler {

  static final String TYPE = "backup";

  private static final Logger LOG = Logger.getLogger(BackupHandler.class);

  private final BackupRecords records;
  private final TenantPlaces places;
  private final TenantLeases leases;
  private final TenantKeys keys;
  private final Dumps dumps;
  private final Archives archives;
  private final Stores stores;
  private final Copies copies;
  private final Database database;
  private final Outbox outbox;
  private final Clock clock;
  private final BackupConfig config;

  BackupHandler(
      BackupRecords records,
      TenantPlaces places,
      TenantLeases leases,
      TenantKeys keys,
      Dumps dumps,
      Archives archives,
      Stores stores,
      Copies copies,
      Database database,
      Outbox outbox,
      Clock clock,
      BackupConfig config) {
    this.records = records;
    this.places = places;
    this.leases = leases;
    this.keys = keys;
    this.dumps = dumps;
    this.archives = archives;
    this.stores = stores;
    this.copies = copies;
    this.database = database;
    this.outbox = outbox;
    this.clock = clock;
    this.config = config;
  }

  /** The job's result. */
  @RegisterForReflection
  record Result(UUID backupId) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.maxRetryDelay());
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Backups.Task task = job.data(Backups.Task.class);
    Backup backup = records.get(task.backupId());
    if (backup.status() == Backup.Status.completed) {
      return JobOutcome.done(new Result(backup.id()));
    }
    Optional<TenantLeases.Lease> lease =
        leases.take(job.tenantId(), TenantLeases.Operation.BACKUP, job.id());
    if (lease.isEmpty()) {
      return JobOutcome.postponed(config.busyDelay());
    }
    try (TenantLeases.Lease held = lease.get()) {
      // Now that nobody migrates it.
      TenantEntry tenant = places.getNow(job.tenantId());
      records.begin(backup.id(), clock.instant());
      make(job, task, records.get(backup.id()), tenant, held);
    }
    return JobOutcome.done(new Result(backup.id()));
  }

  private void make(
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
      complete(task, id, store, written);
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

  /** After the file is whole and durable: a crash before this makes the backup again. */
  private void complete(
      Backups.Task task, ArchiveId id, BackupStore store, Archives.Written written) {
    boolean recorded = database.inTransaction(sql -> record(sql, task, id, store, written));
    if (!recorded) {
      deleteQuietly(store, id);
      throw TenantKeys.shredded();
    }
  }

  /** Nobody can read it; what is left of it is a file that no backup has. */
  private static void deleteQuietly(BackupStore store, ArchiveId id) {
    try {
      store.delete(id.objectKey());
    } catch (RuntimeException e) {
      LOG.warnf("backup=%s its file is left over: %s", id.backupId(), e.getMessage());
    }
  }

  /** Returns false, with nothing recorded, if the key was destroyed while the backup was made. */
  private boolean record(
      Sql sql, Backups.Task task, ArchiveId id, BackupStore store, Archives.Written written) {
    if (!keys.hold(sql, written.keyId())) {
      return false;
    }
    records.complete(sql, id, store, written, clock.instant());
    copies.request(sql, id);
    outbox.append(
        sql,
        new OperationEvent.BackupCompleted(
            id.tenantId(), id.backupId(), task.kind().toString(), task.deletionId().orElse(null)));
    return true;
  }

  @Override
  public void giveUp(RunningJob job, Job.Failure failure) {
    Backups.Task task = job.data(Backups.Task.class);
    database.transact(
        sql -> {
          if (records.fail(sql, task.backupId(), failure)) {
            outbox.append(
                sql,
                new OperationEvent.BackupFailed(
                    job.tenantId(),
                    task.backupId(),
                    task.kind().toString(),
                    task.deletionId().orElse(null),
                    failure.code().name(),
                    failure.message()));
          }
        });
  }
}
