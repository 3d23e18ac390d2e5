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
 * A long-running operation, in the same format in every service.
 *
 * @param type the kind of work, for example {@code backup}
 * @param attempts how often it was started
 * @param steps the steps of the latest attempt, in order
 * @param progress of the latest attempt; absent if nothing is counted
 * @param result depends on the type; absent until the job is completed
 * @param error why the latest attempt failed
 * @param nextAttemptAt when it is retried; absent unless it is pending
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

  /** The status of a job. */
  @RegisterForReflection
  public enum Status {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** The status with this name in the API and the database. */
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
   * @param attempts how often the attempt tried the step
   */
  @RegisterForReflection
  public record Step(
      String name, Status status, int attempts, Instant startedAt, Optional<Instant> finishedAt) {

    /** The finished step. */
    public Step ended(Status how, Instant when) {
      return new Step(name, how, attempts, startedAt, Optional.of(when));
    }
  }

  /**
   * The progress of an attempt.
   *
   * @param unit what is counted, for example {@code bytes}
   * @param percent absent if the total is unknown
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

  /** Why an attempt failed, as in a problem detail. */
  @RegisterForReflection
  public record Failure(
      @Schema(type = SchemaType.STRING, implementation = String.class) ErrorCode code,
      String message,
      boolean retryable) {}
}
