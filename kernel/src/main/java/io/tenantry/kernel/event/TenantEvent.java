package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/** What happened to a tenant, told on {@link #TOPIC} by tenant-service to all. */
public sealed interface TenantEvent extends Event.OfTenant {

  /** The topic of these events, keyed by tenant id. */
  String TOPIC = "tenantry.tenant-events";

  @Override
  default String topic() {
    return TOPIC;
  }

  /**
   * The tenant is active.
   *
   * @param blueprintVersion the content hash of the blueprint it was made from
   * @param backup when to back it up and how long to keep that
   */
  @RegisterForReflection
  record Provisioned(
      UUID tenantId,
      String name,
      String environment,
      String blueprint,
      String blueprintVersion,
      String region,
      BackupPolicy backup)
      implements TenantEvent {}

  /**
   * Provisioning failed and was undone; nothing of the tenant is left.
   *
   * @param code the error's stable code, or {@code INTERRUPTED} if the service died over it
   */
  @RegisterForReflection
  record ProvisioningFailed(UUID tenantId, String name, String environment, String code)
      implements TenantEvent {}

  /** The tenant may not log in until it is resumed; its data stays. */
  @RegisterForReflection
  record Suspended(UUID tenantId, String name, String environment) implements TenantEvent {}

  /** A suspended tenant is active again. */
  @RegisterForReflection
  record Resumed(UUID tenantId, String name, String environment) implements TenantEvent {}

  /**
   * The tenant is about to be removed; it can log in no more.
   *
   * @param deletionId names this deletion: one that was given up may be followed by another
   * @param finalBackup whether the removal waits for a backup of the kind {@link
   *     OperationEvent#FINAL}, which this event asks for; its event must tell this deletion's id
   */
  @RegisterForReflection
  record Deleting(
      UUID tenantId, String name, String environment, UUID deletionId, boolean finalBackup)
      implements TenantEvent {}

  /** The tenant's database and role are gone and its name is free. */
  @RegisterForReflection
  record Deleted(UUID tenantId, String name, String environment) implements TenantEvent {}

  /**
   * The tenant has a new connection string.
   *
   * @param role the role that logs in from now on
   */
  @RegisterForReflection
  record CredentialsRotated(UUID tenantId, String role) implements TenantEvent {}

  /** One of the tenant's API keys is of no use any more. */
  @RegisterForReflection
  record ApiKeyRevoked(UUID tenantId, UUID keyId) implements TenantEvent {}

  /**
   * A blueprint's wish for backups.
   *
   * @param schedule a Quartz cron expression, in UTC
   * @param retentionDays days a backup is kept
   */
  @RegisterForReflection
  record BackupPolicy(String schedule, int retentionDays) {}
}
