package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The result of an operation on tenants' data, published by backup-service to {@link #TOPIC}. */
public sealed interface OperationEvent extends Event {

  /** The topic of these events, keyed by tenant id, or by campaign id. */
  String TOPIC = "tenantry.operation-events";

  /** The kind of backup that {@link TenantEvent.Deleting} requests. */
  String FINAL = "final";

  @Override
  default String topic() {
    return TOPIC;
  }

  /** The result of an operation on one tenant. */
  sealed interface OfTenant extends OperationEvent, Event.OfTenant {}

  /** The result of a backup. */
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
   * A backup is completely stored and recorded.
   *
   * @param kind see {@link OfBackup#kind}
   * @param deletionId the deletion that requested it, so that a late backup of an earlier deletion
   *     is not taken for it; null unless the kind is {@value #FINAL}
   */
  @RegisterForReflection
  record BackupCompleted(UUID tenantId, UUID backupId, String kind, @Nullable UUID deletionId)
      implements OfBackup {}

  /**
   * A backup failed permanently: it is not retried automatically.
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

  /** A drill restored a backup with the rows that were backed up. */
  @RegisterForReflection
  record DrillCompleted(UUID tenantId, UUID drillId, UUID backupId) implements OfTenant {}

  /**
   * A drill failed permanently: the backup cannot be restored, or its rows differ from what was
   * backed up.
   *
   * @param code the error's stable code
   * @param message the reason in words
   */
  @RegisterForReflection
  record DrillFailed(UUID tenantId, UUID drillId, UUID backupId, String code, String message)
      implements OfTenant {}

  /**
   * A tenant's data was replaced with a backup.
   *
   * @param backupId the backup; for a clone, of another tenant
   */
  @RegisterForReflection
  record RestoreCompleted(UUID tenantId, UUID restoreId, UUID backupId) implements OfTenant {}

  /**
   * A restore failed permanently; the tenant's data is unchanged.
   *
   * @param code the error's stable code
   * @param message the reason in words; null in events of older versions
   */
  @RegisterForReflection
  record RestoreFailed(
      UUID tenantId, UUID restoreId, UUID backupId, String code, @Nullable String message)
      implements OfTenant {}

  /**
   * A tenant was migrated to another version of its blueprint.
   *
   * @param campaignId the campaign that it was part of; null for a single migration
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
   * A migration failed permanently: it is not retried automatically.
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
   * A campaign starts no further migrations.
   *
   * @param targetVersion null for a rollback, in which each tenant returns to its previous version
   * @param direction as in {@link MigrationCompleted}
   * @param status {@code completed}, {@code halted} or {@code cancelled}; a halted campaign may be
   *     resumed, and then finishes again
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
