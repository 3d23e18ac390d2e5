package io.tenantry.operator.backup;

import io.tenantry.operator.api.BackupApi.BackupState;
import io.tenantry.operator.api.BackupApi.StoredFile;
import io.tenantry.operator.runtime.Draft;
import io.tenantry.operator.v1alpha1.TenantBackup;
import io.tenantry.operator.v1alpha1.TenantBackupStatus;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/** The status of a {@code TenantBackup} object while it is reconciled. */
final class BackupDraft extends Draft<TenantBackupStatus> {

  BackupDraft(TenantBackup object, Clock clock) {
    super(object, clock);
  }

  /** Whether the backup was stored completely, whatever became of it. */
  boolean isCompleted() {
    return conditions().get(OneShot.COMPLETED).isPresent();
  }

  Optional<UUID> tenantId() {
    return Optional.ofNullable(facts.tenantId()).map(UUID::fromString);
  }

  Optional<UUID> jobId() {
    return Optional.ofNullable(facts.jobId()).map(UUID::fromString);
  }

  Optional<UUID> backupId() {
    return Optional.ofNullable(facts.backupId()).map(UUID::fromString);
  }

  /** Notes the job that creates the backup. */
  void requested(UUID tenant, UUID job) {
    facts =
        new TenantBackupStatus(
            null,
            null,
            tenant.toString(),
            job.toString(),
            null,
            null,
            null,
            null,
            null,
            null,
            null);
  }

  /** Takes over what backup-service says about the backup. */
  void describe(BackupState backup) {
    facts =
        new TenantBackupStatus(
            null,
            null,
            facts.tenantId(),
            facts.jobId(),
            backup.id().toString(),
            Optional.ofNullable(backup.file()).map(StoredFile::bytes).orElse(facts.sizeBytes()),
            backup.startedAt(),
            backup.completedAt(),
            backup.isIntact(),
            backup.error(),
            backup.errorMessage());
  }
}
