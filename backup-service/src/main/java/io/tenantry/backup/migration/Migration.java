package io.tenantry.backup.migration;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The migration of a tenant from one version of its blueprint to another.
 *
 * @param tenantName the tenant's name, when it is shown; absent after the tenant was purged
 * @param campaignId the campaign it is part of
 * @param wave the wave of the campaign; 0 for the canaries
 * @param backupJobId the job of the backup before the migration
 * @param attempts the number of attempts
 * @param jobId the job that runs it
 * @param scripts the files that were run
 * @param error why it failed, or why it waits
 * @param nextAttemptAt when it is retried
 */
@RegisterForReflection
public record Migration(
    UUID id,
    UUID tenantId,
    Optional<String> tenantName,
    Optional<UUID> campaignId,
    Optional<Integer> wave,
    String blueprint,
    Direction direction,
    String fromVersion,
    String toVersion,
    Status status,
    boolean backupFirst,
    Optional<UUID> backupJobId,
    int lockTimeoutMs,
    int statementTimeoutMs,
    int attempts,
    UUID jobId,
    List<String> scripts,
    Optional<Failure> error,
    Instant createdAt,
    Optional<Instant> nextAttemptAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {

  /** The status of a migration. */
  @RegisterForReflection
  public enum Status {
    PENDING,
    /** Its backup is in progress. */
    BACKING_UP,
    RUNNING,
    /** An attempt failed; it is retried. */
    WAITING,
    COMPLETED,
    FAILED,
    /** The tenant was deleted. */
    SKIPPED,
    CANCELLED;

    /** By its name in the API and the database. */
    public static Status of(String name) {
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
   * The error of a migration.
   *
   * @param message PostgreSQL's message, if PostgreSQL reported the error
   */
  @RegisterForReflection
  public record Failure(
      @Schema(type = SchemaType.STRING, implementation = String.class) ErrorCode code,
      String message) {}

  boolean hasFinished() {
    return switch (status) {
      case COMPLETED, FAILED, SKIPPED, CANCELLED -> true;
      case PENDING, BACKING_UP, RUNNING, WAITING -> false;
    };
  }
}
