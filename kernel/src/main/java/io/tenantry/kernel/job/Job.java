package io.tenantry.kernel.job;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
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
 * Long work, in the shape that every service shows it in.
 *
 * @param type what is done, for example {@code backup}
 * @param attempts how often it was begun
 * @param steps what the newest attempt did, in order
 * @param progress how far the newest attempt is; absent where there is nothing to count
 * @param result what came of it, by its type; absent until it is completed
 * @param error why the newest attempt failed
 * @param nextAttemptAt when it is tried again; absent unless it is pending
 */
@RegisterForReflection
public record Job(
    UUID id,
    String type,
    Optional<UUID> tenantId,
    Status status,
    int attempts,
    List<Step> steps,
    Optional<Progress> progress,
    @Schema(type = SchemaType.OBJECT, implementation = Object.class) Optional<JsonNode> result,
    Optional<Failure> error,
    Instant createdAt,
    Optional<Instant> nextAttemptAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {

  public static final String PATH = "/api/v1/jobs/";

  /** Where a job stands. */
  @RegisterForReflection
  public enum Status {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
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
   * One step of an attempt at the job.
   *
   * @param attempts how often the step was tried in it
   */
  @RegisterForReflection
  public record Step(
      String name, Status status, int attempts, Instant startedAt, Optional<Instant> finishedAt) {

    /** The step as it ended. */
    public Step ended(Status how, Instant when) {
      return new Step(name, how, attempts, startedAt, Optional.of(when));
    }
  }

  /**
   * How far an attempt is.
   *
   * @param unit what is counted, for example {@code bytes}
   * @param percent absent where the total is not known
   */
  @RegisterForReflection
  public record Progress(long done, Optional<Long> total, String unit, Optional<Integer> percent) {

    static Progress of(long done, long total, String unit) {
      return total <= 0
          ? new Progress(done, Optional.empty(), unit, Optional.empty())
          : new Progress(
              done, Optional.of(total), unit, Optional.of((int) Math.min(100, done * 100 / total)));
    }
  }

  /** Why an attempt failed, as a problem detail says it. */
  @RegisterForReflection
  public record Failure(
      @Schema(type = SchemaType.STRING, implementation = String.class) ErrorCode code,
      String message,
      boolean retryable) {}
}
