package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/** How work on a tenant's data ended, told on {@link #TOPIC} by backup-service to all. */
public sealed interface OperationEvent extends Event {

  /** The topic of these events, keyed by tenant id. */
  String TOPIC = "tenantry.operation-events";

  /** The kind of the backup that {@link TenantEvent.Deleting} asks for. */
  String FINAL = "final";

  @Override
  default String topic() {
    return TOPIC;
  }

  /**
   * A backup is stored whole and recorded.
   *
   * @param kind {@code scheduled}, {@code manual}, {@code emergency}, {@code before_migration} or
   *     {@value #FINAL}
   * @param deletionId the deletion that asked for it, so that no late backup of an earlier one is
   *     taken for it; null but for {@value #FINAL}
   */
  @RegisterForReflection
  record BackupCompleted(UUID tenantId, UUID backupId, String kind, UUID deletionId)
      implements OperationEvent {}

  /**
   * A backup failed for good: it is not tried again by itself.
   *
   * @param kind as in {@link BackupCompleted}
   * @param deletionId as in {@link BackupCompleted}
   * @param code the error's stable code
   */
  @RegisterForReflection
  record BackupFailed(UUID tenantId, UUID backupId, String kind, UUID deletionId, String code)
      implements OperationEvent {}

  /**
   * A tenant's data was replaced by a backup's.
   *
   * @param backupId the backup, which is another tenant's for a clone
   */
  @RegisterForReflection
  record RestoreCompleted(UUID tenantId, UUID restoreId, UUID backupId) implements OperationEvent {}

  /**
   * A restore failed for good; the tenant's data is what it was.
   *
   * @param code the error's stable code
   */
  @RegisterForReflection
  record RestoreFailed(UUID tenantId, UUID restoreId, UUID backupId, String code)
      implements OperationEvent {}
}
