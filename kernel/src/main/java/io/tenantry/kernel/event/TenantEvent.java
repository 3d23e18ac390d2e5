package io.tenantry.kernel.event;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;

/** An event in a tenant's life, published by tenant-service to {@link #TOPIC}. */
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
   * @param blueprintVersion the content hash of the blueprint that it was created from
   * @param backup the schedule and retention of its backups
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
   * Provisioning failed and was rolled back completely.
   *
   * @param code the error's stable code, or {@code INTERRUPTED} if the service crashed
   */
  @RegisterForReflection
  record ProvisioningFailed(UUID tenantId, String name, String environment, String code)
      implements TenantEvent {}

  /** The tenant cannot log in until it is resumed; its data is kept. */
  @RegisterForReflection
  record Suspended(UUID tenantId, String name, String environment) implements TenantEvent {}

  /** A suspended tenant is active again. */
  @RegisterForReflection
  record Resumed(UUID tenantId, String name, String environment) implements TenantEvent {}

  /**
   * Properties of an active or suspended tenant were changed by REST.
   *
   * @param name its name after the change
   * @param changed which of {@code name}, {@code metadata}, {@code external_id}, {@code quotas} and
   *     {@code services} changed; the values are not in the event
   */
  @RegisterForReflection
  record Updated(UUID tenantId, String name, String environment, List<String> changed)
      implements TenantEvent {}

  /**
   * The tenant is being deleted and can no longer log in.
   *
   * @param deletionId identifies this deletion, since a cancelled deletion may be followed by
   *     another
   * @param finalBackup whether the deletion waits for a backup of kind {@link
   *     OperationEvent#FINAL}, which this event requests; the backup's event must carry this
   *     deletion's id
   */
  @RegisterForReflection
  record Deleting(
      UUID tenantId, String name, String environment, UUID deletionId, boolean finalBackup)
      implements TenantEvent {}

  /** The tenant's database and roles were dropped, and its name is free. */
  @RegisterForReflection
  record Deleted(UUID tenantId, String name, String environment) implements TenantEvent {}

  /**
   * The tenant has a new connection string.
   *
   * @param role the login role from now on
   */
  @RegisterForReflection
  record CredentialsRotated(UUID tenantId, String role) implements TenantEvent {}

  /** One of the tenant's API keys was revoked. */
  @RegisterForReflection
  record ApiKeyRevoked(UUID tenantId, UUID keyId) implements TenantEvent {}

  /**
   * The tenant has as many of a resource as its quota permits; further ones are refused.
   *
   * @param resource the resource that the quota limits, such as {@code api_keys}
   */
  @RegisterForReflection
  record LimitReached(UUID tenantId, String resource, int quota) implements TenantEvent {}

  /**
   * The backup policy of a blueprint.
   *
   * @param schedule a Quartz cron expression, in UTC
   * @param retentionDays how many days a backup is kept
   */
  @RegisterForReflection
  record BackupPolicy(String schedule, int retentionDays) {}
}
