package io.tenantry.backup.restore;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.kernel.error.ErrorCode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The replacement of a tenant's data with a backup.
 *
 * @param tenantId the tenant whose data is replaced
 * @param sourceTenantId the tenant whose backup it is; another tenant for a clone
 * @param jobId the newest job: the restore or its undo
 * @param errorMessage the message of the job's error
 * @param former the replaced data; absent until the swap
 * @param rows the number of restored rows
 * @param downtimeMs how long the tenant's data was unavailable, in milliseconds; absent if the
 *     service crashed before it recorded that
 * @param recoveryMs the time from the restore's start until the tenant had its data, in
 *     milliseconds
 * @param idempotencyKey the {@code Idempotency-Key} of the request; absent if it had none
 */
@RegisterForReflection
public record Restore(
    UUID id,
    UUID tenantId,
    UUID backupId,
    UUID sourceTenantId,
    Status status,
    UUID jobId,
    @Schema(type = SchemaType.STRING, implementation = String.class) Optional<ErrorCode> error,
    Optional<String> errorMessage,
    Optional<Former> former,
    Optional<Long> rows,
    Optional<Long> downtimeMs,
    Optional<Long> recoveryMs,
    Instant createdAt,
    Optional<Instant> completedAt,
    Optional<Instant> undoneAt,
    Optional<String> idempotencyKey) {

  /** The status of a restore. */
  @RegisterForReflection
  public enum Status {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    UNDONE;

    static Status of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Replaced data that is kept for an undo.
   *
   * @param database the database that it is in
   * @param schema the schema that it is in; absent if the data is the whole database
   * @param expiresAt when it is dropped
   */
  @RegisterForReflection
  public record Former(
      String cluster,
      String database,
      Optional<String> schema,
      Instant expiresAt,
      Optional<Instant> droppedAt) {

    /**
     * The data that is kept after an undo: the restored data.
     *
     * @param until when it is dropped
     */
    Former undone(UUID restoreId, Instant until) {
      String undone = Purpose.UNDONE.nameFor(restoreId);
      return new Former(
          cluster,
          schema.isPresent() ? database : undone,
          schema.map(name -> undone),
          until,
          Optional.empty());
    }

    /** The name of the database or schema to drop. */
    String name() {
      return schema.orElse(database);
    }
  }
}
