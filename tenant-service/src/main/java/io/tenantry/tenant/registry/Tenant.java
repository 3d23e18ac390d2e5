package io.tenantry.tenant.registry;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.apikey.IssuedKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A tenant as the API returns it.
 *
 * @param blueprintVersion the version of its blueprint, a content hash
 * @param database the location of its data; absent after deletion
 * @param services the types of its registered services
 * @param externalId the caller's own id of the tenant
 * @param lastDeletion the deletion that was requested last, including a cancelled one
 * @param provisioning the steps of its provisioning; only in the response for a single tenant
 * @param apiKeys the keys issued with it; only in the response to its creation
 */
public record Tenant(
    UUID tenantId,
    String name,
    String environment,
    @Schema(implementation = String.class) TenantStatus status,
    String blueprint,
    String blueprintVersion,
    String region,
    Optional<DatabaseAddress> database,
    List<String> services,
    Optional<String> ownerId,
    Optional<String> organizationId,
    Optional<String> externalId,
    @Schema(implementation = Object.class) @JsonRawValue String metadata,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> deletedAt,
    Optional<Deletion> lastDeletion,
    Optional<List<StepState>> provisioning,
    Optional<List<IssuedKey>> apiKeys) {

  /**
   * The location of a tenant's data.
   *
   * @param schema its schema, if it shares the database with other tenants
   * @param credentialsVersion changes whenever the tenant's connection string changes; empty until
   *     it has one
   */
  public record DatabaseAddress(
      String cluster,
      String host,
      int port,
      String name,
      Optional<String> schema,
      String role,
      Optional<String> credentialsVersion) {}

  /**
   * The progress of one step of provisioning.
   *
   * @param status {@code pending}, {@code running}, {@code completed}, {@code failed}
   * @param attempts the number of attempts
   */
  public record StepState(
      String step,
      String status,
      int attempts,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt) {}

  /**
   * A deletion.
   *
   * @param finalBackup whether it waits for a final backup
   * @param deadline how long it waits
   * @param backupId the final backup
   * @param failure why it was cancelled: {@code FINAL_BACKUP_OVERDUE} or {@code
   *     FINAL_BACKUP_FAILED}
   */
  public record Deletion(
      boolean finalBackup,
      Instant requestedAt,
      Optional<Instant> deadline,
      Optional<UUID> backupId,
      Optional<String> failure) {}

  Tenant withProvisioning(List<StepState> steps) {
    return with(Optional.of(steps), apiKeys);
  }

  /** This tenant with the API keys issued with it, for the response to its creation. */
  public Tenant withApiKeys(List<IssuedKey> keys) {
    return with(provisioning, Optional.of(keys));
  }

  private Tenant with(Optional<List<StepState>> steps, Optional<List<IssuedKey>> keys) {
    return new Tenant(
        tenantId,
        name,
        environment,
        status,
        blueprint,
        blueprintVersion,
        region,
        database,
        services,
        ownerId,
        organizationId,
        externalId,
        metadata,
        createdAt,
        updatedAt,
        deletedAt,
        lastDeletion,
        steps,
        keys);
  }
}
