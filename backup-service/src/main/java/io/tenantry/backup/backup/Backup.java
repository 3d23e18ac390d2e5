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
 * @param jobId the job that makes it
 * @param error why it could not be made, or can be read no more
 * @param errorMessage the reason in words, as its job had it
 * @param durationMs how long the making took, in milliseconds
 * @param retentionDays days it is kept where nothing else is said for the tenant
 * @param keyId the key of the tenant that it is encrypted with
 * @param file where it lies; absent until it is completed
 * @param manifest what is in it; absent until it is completed
 * @param verification what the newest look at it showed; absent before the first
 * @param copies where else it lies, or will
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

  /** Where a backup stands. */
  @RegisterForReflection
  public enum Status {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    /** It was kept as long as it was to be; its files are gone. */
    EXPIRED,
    /** Its key was destroyed: whatever is left of its files can never be read again. */
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
   * @param storeId the store itself; empty if it had no marker
   * @param key the file's name in it
   * @param bytes its size
   * @param checksum its SHA-256, hexadecimal
   */
  @RegisterForReflection
  public record StoredFile(
      String store, Optional<UUID> storeId, String key, long bytes, String checksum) {}

  /** What a look at the stored file showed. */
  @RegisterForReflection
  public record Verification(Result result, Optional<String> error, Instant verifiedAt) {

    /** Whether it is what was stored. */
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

  /** The same file in another store. */
  @RegisterForReflection
  public record Copy(
      String store,
      CopyStatus status,
      UUID jobId,
      @Schema(type = SchemaType.STRING, implementation = String.class) Optional<ErrorCode> error,
      Optional<Instant> completedAt) {}

  /** Where a copy stands. */
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

  /** What names it in every store. */
  public ArchiveId archiveId() {
    return new ArchiveId(tenantId, id);
  }

  /** What its stored file must be; only of one that is completed. */
  public Archives.Expected expected() {
    return new Archives.Expected(
        archiveId(),
        manifest.orElseThrow().compression(),
        file.orElseThrow().bytes(),
        file.orElseThrow().checksum(),
        keyId);
  }
}
