package io.tenantry.backup.backup;

import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.key.TenantKeys;
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

/** Writes down what became of backups, and tells of it. */
@Singleton
final class BackupOutcomes {

  private static final Logger LOG = Logger.getLogger(BackupOutcomes.class);

  private final BackupRecords records;
  private final TenantKeys keys;
  private final Copies copies;
  private final Database database;
  private final Outbox outbox;
  private final Clock clock;

  BackupOutcomes(
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

  /** After the file is whole and durable: a crash before this makes the backup again. */
  void complete(Backups.Task task, ArchiveId id, BackupStore store, Archives.Written written) {
    boolean recorded = database.inTransaction(sql -> record(sql, task, id, store, written));
    if (!recorded) {
      deleteQuietly(store, id);
      throw TenantKeys.shredded();
    }
  }

  /** It cannot be read; what remains is a file that belongs to no backup. */
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
