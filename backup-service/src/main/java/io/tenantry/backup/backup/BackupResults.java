package io.tenantry.backup.backup;

import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.messaging.Outbox;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Records the results of backups and publishes their events. */
@Singleton
final class BackupResults {

  private static final Logger LOG = Logger.getLogger(BackupResults.class);

  private final BackupRecords records;
  private final TenantKeys keys;
  private final Copies copies;
  private final Database database;
  private final Outbox outbox;
  private final Clock clock;

  BackupResults(
      BackupRecords records,
      TenantKeys keys,
      Copies copies,
      Database database,
      Outbox outbox,
      Clock clock) {
    this.records = records;
    this.keys = keys;
    this.copies = copies;
    this.database = database;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Records a backup whose file is complete and durable, and releases the tenant's lease. After a
   * crash before this, the job takes the backup again.
   */
  void complete(
      Backups.Task task,
      ArchiveId id,
      BackupStore store,
      Archives.Written written,
      TenantLeases.Lease held) {
    boolean recorded =
        database.inTransaction(
            sql -> {
              boolean usable = record(sql, task, id, store, written);
              if (usable) {
                held.release(sql);
              }
              return usable;
            });
    if (!recorded) {
      deleteQuietly(store, id);
      throw TenantKeys.shredded();
    }
  }

  /** Deletes a file that cannot be decrypted; if that fails, it remains as an orphan. */
  private static void deleteQuietly(BackupStore store, ArchiveId id) {
    try {
      store.delete(id.objectKey());
    } catch (RuntimeException e) {
      LOG.warnf(
          "file of a shredded backup not deleted; retention removes it backup=%s: %s",
          id.backupId(), e.getMessage());
    }
  }

  /** Returns false and records nothing if the key was destroyed during the backup. */
  private boolean record(
      Sql sql, Backups.Task task, ArchiveId id, BackupStore store, Archives.Written written) {
    if (!keys.lock(sql, written.keyId())) {
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

  void fail(UUID tenantId, Backups.Task task, Job.Failure failure) {
    database.transact(
        sql -> {
          if (records.fail(sql, task.backupId(), failure)) {
            outbox.append(
                sql,
                new OperationEvent.BackupFailed(
                    tenantId,
                    task.backupId(),
                    task.kind().toString(),
                    task.deletionId().orElse(null),
                    failure.code().name(),
                    failure.message()));
          }
        });
  }
}
