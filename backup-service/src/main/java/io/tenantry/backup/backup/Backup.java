package io.tenantry.backup.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.kernel.error.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A tenant's backup.
 *
 * @param jobId the job that creates the backup
 * @param error why it failed, or why it can no longer be read
 * @param errorMessage the message of the job's error
 * @param durationMs how long the backup took, in milliseconds
 * @param retentionDays days it is kept unless the tenant's schedule says otherwise
 * @param keyId the tenant's key that encrypts it
 * @param file the stored file; absent until the backup is completed
 * @param manifest its contents; absent until the backup is completed
 * @param verification the newest verification; absent before the first
 * @param copies its copies in other stores, completed or pending
 */
@RegisterForReflection
public record Backup(
    UUID id,
    UUID tenantId,
    String tenantName,
    BackupKind kind,
    Status status,
    UUID jobId,
    @Schema(type = SchemaType.STRING, implementation = String.class) Optional<ErrorCode> error,
    Optional<String> errorMessage,
    Instant requestedAt,
    Optional<Instant> startedAt,
    Optional<Instant> completedAt,
    Optional<Long> durationMs,
    int retentionDays,
    Optional<UUID> keyId,
    Optional<StoredFile> file,
    Optional<Manifest> manifest,
    Optional<Verification> verification,
    List<Copy> copies) {

  /** The status of a backup. */
  @RegisterForReflection
  public enum Status {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    /** Its retention is over and its files were removed. */
    EXPIRED,
    /** Its key was destroyed: its files can never be decrypted again. */
    SHREDDED;

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
   * A stored file.
   *
   * @param store the store's name
   * @param storeId the id in the store's marker; empty if it had none
   * @param key the file's key in the store
   * @param bytes its size
   * @param checksum its SHA-256, hexadecimal
   */
  @RegisterForReflection
  public record StoredFile(
      String store, Optional<UUID> storeId, String key, long bytes, String checksum) {}

  /** The result of a verification of the stored file. */
  @RegisterForReflection
  public record Verification(Result result, Optional<String> error, Instant verifiedAt) {

    /** Whether the file is intact. */
    @RegisterForReflection
    public enum Result {
      INTACT,
      DAMAGED;

      static Result of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
      }

      /** Its name in the API and the database. */
      @JsonValue
      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /** A copy of the file in another store. */
  @RegisterForReflection
  public record Copy(
      String store,
      CopyStatus status,
      UUID jobId,
      @Schema(type = SchemaType.STRING, implementation = String.class) Optional<ErrorCode> error,
      Optional<Instant> completedAt) {}

  /** The status of a copy. */
  @RegisterForReflection
  public enum CopyStatus {
    PENDING,
    COMPLETED,
    FAILED,
    EXPIRED;

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Its id in every store. */
  public ArchiveId archiveId() {
    return new ArchiveId(tenantId, id);
  }

  /** What its stored file is compared with; only for a completed backup. */
  public Archives.Expected expected() {
    return new Archives.Expected(
        archiveId(),
        manifest.orElseThrow().compression(),
        file.orElseThrow().bytes(),
        file.orElseThrow().checksum(),
        keyId);
  }
}
