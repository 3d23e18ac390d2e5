package io.tenantry.tenant.lifecycle;

import io.tenantry.tenant.lifecycle.FinalBackupRecords.FinalBackup;
import java.util.Optional;
import java.util.UUID;

/**
 * A deletion in progress.
 *
 * @param finalBackup whether it waits for a final backup
 * @param announced whether the event for backup-service was published
 * @param backupId the final backup, once it is stored
 * @param failure why the final backup failed
 * @param overdue whether the deadline of the final backup has passed
 */
record Deletion(
    UUID deletionId,
    boolean finalBackup,
    boolean announced,
    Optional<UUID> backupId,
    Optional<String> failure,
    boolean overdue) {

  /** The deletion was cancelled: backup-service did not report a final backup in time. */
  static final String FINAL_BACKUP_OVERDUE = "FINAL_BACKUP_OVERDUE";

  /** The deletion was cancelled: backup-service could not create the final backup. */
  static final String FINAL_BACKUP_FAILED = "FINAL_BACKUP_FAILED";

  /**
   * Decides the next step. A stored backup also counts after the deadline or an earlier failure.
   *
   * @param record backup-service's own record of the final backup; data is dropped only on the
   *     basis of this record
   */
  DeletionDecision decide(Optional<FinalBackup> record) {
    if (!finalBackup) {
      return new DeletionDecision.Drop(Optional.empty());
    }
    if (backupId.isPresent() && record.filter(FinalBackup::wasCompleted).isPresent()) {
      return new DeletionDecision.Drop(Optional.empty());
    }
    if (backupId.isEmpty() && record.filter(FinalBackup::usable).isPresent()) {
      return new DeletionDecision.Drop(record.map(FinalBackup::backupId));
    }
    if (failure.isPresent()) {
      return new DeletionDecision.Cancel(failure.get());
    }
    return overdue
        ? new DeletionDecision.Cancel(FINAL_BACKUP_OVERDUE)
        : new DeletionDecision.Wait();
  }
}
