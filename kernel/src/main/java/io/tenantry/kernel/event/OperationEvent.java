package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How work on tenants' data ended, told on {@link #TOPIC} by backup-service to all. */
public sealed interface OperationEvent extends Event {

  /** The topic of these events, keyed by tenant id, or by campaign id. */
  String TOPIC = "tenantry.operation-events";

  /** The kind of the backup that {@link TenantEvent.Deleting} asks for. */
  String FINAL = "final";

  @Override
  default String topic() {
    return TOPIC;
  }

  /** How work on one tenant ended. */
  sealed interface OfTenant extends OperationEvent, Event.OfTenant {}

  /** How a backup ended. */
  sealed interface OfBackup extends OfTenant {

    /**
     * {@code scheduled}, {@code manual}, {@code emergency}, {@code before_migration} or {@value
     * #FINAL}.
     */
    String kind();

    /** The backup. */
    UUID backupId();
  }

  /**
   * A backup is stored whole and recorded.
   *
   * @param kind see {@link OfBackup#kind}
   * @param deletionId the deletion that asked for it, so that no late backup of an earlier one is
   *     taken for it; null but for {@value #FINAL}
   */
  @RegisterForReflection
  record BackupCompleted(UUID tenantId, UUID backupId, String kind, @Nullable UUID deletionId)
      implements OfBackup {}

  /**
   * A backup failed for good: it is not tried again by itself.
   *
   * @param kind see {@link OfBackup#kind}
   * @param deletionId as in {@link BackupCompleted}
   * @param code the error's stable code
   * @param message the reason in words; null in events of older versions
   */
  @RegisterForReflection
  record BackupFailed(
      UUID tenantId,
      UUID backupId,
      String kind,
      @Nullable UUID deletionId,
      String code,
      @Nullable String message)
      implements OfBackup {}

  /**
   * A drill failed for good: the backup cannot be restored, or holds other rows than were backed
   * up.
   *
   * @param code the error's stable code
   * @param message the reason in words
   */
  @RegisterForReflection
  record DrillFailed(UUID tenantId, UUID drillId, UUID backupId, String code, String message)
      implements OfTenant {}

  /**
   * A tenant's data was replaced by a backup's.
   *
   * @param backupId the backup, which is another tenant's for a clone
   */
  @RegisterForReflection
  record RestoreCompleted(UUID tenantId, UUID restoreId, UUID backupId) implements OfTenant {}

  /**
   * A restore failed for good; the tenant's data is what it was.
   *
   * @param code the error's stable code
   * @param message the reason in words; null in events of older versions
   */
  @RegisterForReflection
  record RestoreFailed(
      UUID tenantId, UUID restoreId, UUID backupId, String code, @Nullable String message)
      implements OfTenant {}

  /**
   * A tenant is at another version of its blueprint.
   *
   * @param campaignId the campaign it was part of; null if it was migrated alone
   * @param direction {@code forward} or {@code rollback}
   */
  @RegisterForReflection
  record MigrationCompleted(
      UUID tenantId,
      UUID migrationId,
      @Nullable UUID campaignId,
      String direction,
      String fromVersion,
      String toVersion)
      implements OfTenant {}

  /**
   * A migration failed for good: it is not tried again by itself.
   *
   * @param campaignId as in {@link MigrationCompleted}
   * @param direction as in {@link MigrationCompleted}
   * @param code the error's stable code
   */
  @RegisterForReflection
  record MigrationFailed(
      UUID tenantId,
      UUID migrationId,
      @Nullable UUID campaignId,
      String direction,
      String fromVersion,
      String toVersion,
      String code)
      implements OfTenant {}

  /**
   * A campaign begins no more tenants.
   *
   * @param targetVersion null for a rollback, whose tenants return to where each came from
   * @param direction as in {@link MigrationCompleted}
   * @param status {@code completed}, {@code halted} or {@code cancelled}; a halted one may be
   *     resumed, and finishes again then
   */
  @RegisterForReflection
  record CampaignFinished(
      UUID campaignId,
      String blueprint,
      @Nullable String targetVersion,
      String direction,
      String status,
      long completed,
      long failed,
      long skipped)
      implements OperationEvent {

    @Override
    public UUID subject() {
      return campaignId;
    }
  }
}
