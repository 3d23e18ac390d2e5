package io.tenantry.backup.drill;

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
 * A trial restore of a backup.
 *
 * @param errorMessage the message of the job's error
 * @param recoveryMs the time from the start until the restored rows were counted, in milliseconds
 * @param evidence the compared row counts; absent until the drill is finished
 */
@RegisterForReflection
public record Drill(
    UUID id,
    UUID tenantId,
    UUID backupId,
    Status status,
    UUID jobId,
    @Schema(type = SchemaType.STRING, implementation = String.class) Optional<ErrorCode> error,
    Optional<String> errorMessage,
    Optional<Long> recoveryMs,
    Optional<Evidence> evidence,
    Instant createdAt,
    Optional<Instant> completedAt) {

  /** The status of a drill. */
  @RegisterForReflection
  public enum Status {
    PENDING,
    RUNNING,
    PASSED,
    FAILED;

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
   * What a drill found.
   *
   * @param equal whether every table has as many rows as in the backup
   * @param notes sentences about differences from the backup
   */
  @RegisterForReflection
  public record Evidence(
      boolean equal,
      long rowsExpected,
      long rowsFound,
      String serverVersion,
      long bytes,
      List<TableEvidence> tables,
      List<String> notes) {

    /** Drills of older versions have no notes. */
    public Evidence {
      notes = notes == null ? List.of() : List.copyOf(notes);
    }
  }

  /** One table's rows, in the backup and as restored. */
  @RegisterForReflection
  public record TableEvidence(String schema, String name, long expected, long found) {}
}
