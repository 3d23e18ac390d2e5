package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/**
 * What happened to a tenant, told on {@link #TOPIC} by tenant-service to all. Facts may gain
 * fields; consumers ignore the ones they do not know. None ever carries a secret.
 */
public sealed interface TenantEvent {

  /** The topic of these events, keyed by tenant id. */
  String TOPIC = "tenantry.tenant-events";

  UUID tenantId();

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

  /** The tenant is about to be removed. */
  @RegisterForReflection
  record Deleting(UUID tenantId, String name, String environment) implements TenantEvent {}

  /** The tenant's database and role are gone and its name is free. */
  @RegisterForReflection
  record Deleted(UUID tenantId, String name, String environment) implements TenantEvent {}

  /**
   * A blueprint's wish for backups.
   *
   * @param schedule a Quartz cron expression, in UTC
   * @param retentionDays days a backup is kept
   */
  @RegisterForReflection
  record BackupPolicy(String schedule, int retentionDays) {}
}
