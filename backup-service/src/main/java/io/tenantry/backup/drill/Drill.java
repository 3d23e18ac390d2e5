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
 * A backup restored for trial.
 *
 * @param errorMessage why it failed, as its job had it
 * @param recoveryMs how long it took from nothing to a database whose rows are counted, in
 *     milliseconds
 * @param evidence what was compared; absent until the drill is over
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

  /** Where a drill stands. */
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
   * @param equal whether every table has the rows it had when it was backed up
   * @param notes what was restored otherwise than in the backup, in sentences
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
