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
 * A backup put in the place of a tenant's data.
 *
 * @param tenantId whose data is replaced
 * @param sourceTenantId whose backup it is; another tenant's for a clone
 * @param jobId the newest job about it: the restore, or its undo
 * @param errorMessage why it failed, as its job had it
 * @param former what was replaced; absent until then
 * @param rows how many rows were restored and counted
 * @param downtimeMs how long the tenant had no database, in milliseconds; absent if the service
 *     died before it could tell
 * @param recoveryMs how long the restore took from its beginning until the tenant had its data, in
 *     milliseconds
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
    Optional<Instant> undoneAt) {

  /** Where a restore stands. */
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
   * The data that is not live any more, kept for an undo.
   *
   * @param database where it is
   * @param schema where it is there; absent if the whole database is it
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
     * What is kept after an undo: what the restore had put in this one's place.
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

    /** The name of what is dropped. */
    String name() {
      return schema.orElse(database);
    }
  }
}
