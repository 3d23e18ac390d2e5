package io.tenantry.kernel.event;

import java.util.Arrays;
import java.util.Optional;

/** The CloudEvents type of each event: {@code io.tenantry.<noun>.<past participle>.v<version>}. */
public enum EventType {
  TENANT_PROVISIONED("io.tenantry.tenant.provisioned.v1", TenantEvent.Provisioned.class),
  TENANT_PROVISIONING_FAILED(
      "io.tenantry.tenant-provisioning.failed.v1", TenantEvent.ProvisioningFailed.class),
  TENANT_SUSPENDED("io.tenantry.tenant.suspended.v1", TenantEvent.Suspended.class),
  TENANT_RESUMED("io.tenantry.tenant.resumed.v1", TenantEvent.Resumed.class),
  TENANT_UPDATED("io.tenantry.tenant.updated.v1", TenantEvent.Updated.class),
  TENANT_DELETING("io.tenantry.tenant.deleting.v1", TenantEvent.Deleting.class),
  TENANT_DELETED("io.tenantry.tenant.deleted.v1", TenantEvent.Deleted.class),
  CREDENTIALS_ROTATED("io.tenantry.credentials.rotated.v1", TenantEvent.CredentialsRotated.class),
  API_KEY_REVOKED("io.tenantry.api-key.revoked.v1", TenantEvent.ApiKeyRevoked.class),
  LIMIT_REACHED("io.tenantry.limit.reached.v1", TenantEvent.LimitReached.class),
  BACKUP_COMPLETED("io.tenantry.backup.completed.v1", OperationEvent.BackupCompleted.class),
  BACKUP_FAILED("io.tenantry.backup.failed.v1", OperationEvent.BackupFailed.class),
  DRILL_COMPLETED("io.tenantry.drill.completed.v1", OperationEvent.DrillCompleted.class),
  DRILL_FAILED("io.tenantry.drill.failed.v1", OperationEvent.DrillFailed.class),
  RESTORE_COMPLETED("io.tenantry.restore.completed.v1", OperationEvent.RestoreCompleted.class),
  RESTORE_FAILED("io.tenantry.restore.failed.v1", OperationEvent.RestoreFailed.class),
  MIGRATION_COMPLETED(
      "io.tenantry.migration.completed.v1", OperationEvent.MigrationCompleted.class),
  MIGRATION_FAILED("io.tenantry.migration.failed.v1", OperationEvent.MigrationFailed.class),
  CAMPAIGN_FINISHED("io.tenantry.campaign.finished.v1", OperationEvent.CampaignFinished.class),
  BACKUP_REQUESTED("io.tenantry.backup.requested.v1", BackupCommand.MakeBackup.class),
  RESTORE_REQUESTED("io.tenantry.restore.requested.v1", BackupCommand.MakeRestore.class),
  DRILL_REQUESTED("io.tenantry.drill.requested.v1", BackupCommand.MakeDrill.class),
  MIGRATION_REQUESTED("io.tenantry.migration.requested.v1", MigrationCommand.MakeMigration.class),
  ROLLBACK_REQUESTED("io.tenantry.rollback.requested.v1", MigrationCommand.MakeRollback.class);

  private final String id;
  private final Class<? extends Event> data;

  EventType(String id, Class<? extends Event> data) {
    this.id = id;
    this.data = data;
  }

  /** The value of the attribute {@code type}. */
  public String id() {
    return id;
  }

  /** The record that holds the event's data. */
  public Class<? extends Event> data() {
    return data;
  }

  /** The field of its data that holds its {@linkplain Event#subject subject}. */
  String subjectField() {
    return this == CAMPAIGN_FINISHED ? "campaign_id" : "tenant_id";
  }

  /** The type of this event. */
  public static EventType of(Event event) {
    return Arrays.stream(values()).filter(t -> t.data.isInstance(event)).findFirst().orElseThrow();
  }

  /** The type with this id; empty if this version of Tenantry does not know it. */
  public static Optional<EventType> byId(String id) {
    return Arrays.stream(values()).filter(t -> t.id.equals(id)).findFirst();
  }
}
