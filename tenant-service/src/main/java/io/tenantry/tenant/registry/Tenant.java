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
 * A tenant as the API shows it.
 *
 * @param blueprintVersion the content hash of the blueprint it was made from
 * @param database where its data lies; absent once deleted
 * @param services types of its registered services
 * @param lastDeletion the deletion that was last asked for, also one that was given up
 * @param provisioning the steps of its making; only when one tenant is asked for
 * @param apiKeys the keys issued with it; only in the answer to its creation
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
    @Schema(implementation = Object.class) @JsonRawValue String metadata,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> deletedAt,
    Optional<Deletion> lastDeletion,
    Optional<List<StepState>> provisioning,
    Optional<List<IssuedKey>> apiKeys) {

  /**
   * Where a tenant's data lies.
   *
   * @param schema its schema, if it shares the database with others
   */
  public record DatabaseAddress(
      String cluster, String host, int port, String name, Optional<String> schema, String role) {}

  /**
   * How far one step of provisioning is.
   *
   * @param status {@code pending}, {@code running}, {@code completed}, {@code failed}
   * @param attempts how often it was begun
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
   * @param finalBackup whether it waits for a last backup
   * @param deadline until when it waits
   * @param backupId the last backup
   * @param failure why it was given up: {@code FINAL_BACKUP_OVERDUE} or {@code FINAL_BACKUP_FAILED}
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

  /** The tenant as the answer to its creation shows it. */
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
        metadata,
        createdAt,
        updatedAt,
        deletedAt,
        lastDeletion,
        steps,
        keys);
  }
}
