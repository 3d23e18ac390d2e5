package io.tenantry.tenant.lifecycle;

import io.tenantry.tenant.lifecycle.FinalBackupRecords.FinalBackup;
import java.util.Optional;
import java.util.UUID;

/**
 * A deletion in progress.
 *
 * @param finalBackup whether it waits for a final backup
 * @param announced whether backup-service was told of it
 * @param backupId the final backup, once it was found stored
 * @param failure why there will be no final backup
 * @param overdue whether the deadline of the final backup has passed
 */
record Deletion(
    UUID deletionId,
    boolean finalBackup,
    boolean announced,
    Optional<UUID> backupId,
    Optional<String> failure,
    boolean overdue) {

  /** Why a deletion was given up: backup-service said nothing within the deadline. */
  static final String FINAL_BACKUP_OVERDUE = "FINAL_BACKUP_OVERDUE";

  /** Why a deletion was given up: backup-service could not make the final backup. */
  static final String FINAL_BACKUP_FAILED = "FINAL_BACKUP_FAILED";

  /**
   * What it may do next. A stored backup counts also after the deadline, or a failure before it.
   *
   * @param record what backup-service itself has recorded of the final backup, which alone lets
   *     data be dropped
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
