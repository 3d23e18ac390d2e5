package io.tenantry.ingestion.deadletter;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /api/v1/dead-letters/redrive}. Fields that are left out do not restrict
 * the selection.
 */
record RedriveRequest(
    @Nullable UUID tenantId,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters") @Nullable String reason,
    @Schema(description = "Ids of dead letters")
        @Size(min = 1, max = 10_000, message = "must have 1 to 10000 elements")
        List<@NotNull(message = "must not be null") Long> ids,
    @Schema(description = "Also redrive parked dead letters") @Nullable Boolean includeParked,
    @Schema(description = "Maximum number of dead letters; default: 1000")
        @Min(value = 1, message = "must be at least 1")
        @Max(value = 10_000, message = "must be at most 10000")
        @Nullable Integer limit,
    @Schema(description = "Report what would be done, and send nothing") @Nullable Boolean dryRun) {

  boolean isDryRun() {
    return Boolean.TRUE.equals(dryRun);
  }

  int limitOrDefault() {
    return limit == null ? 1000 : limit;
  }

  /** The selected dead letters, including parked ones: the response reports how many are parked. */
  DeadLetterFilter filter(Optional<UUID> onlyTenant) {
    return new DeadLetterFilter(
        onlyTenant.or(() -> Optional.ofNullable(tenantId)),
        Optional.ofNullable(reason),
        Set.of(Status.WAITING, Status.PARKED),
        ids == null ? List.of() : ids);
  }

  boolean permits(DeadLetter deadLetter) {
    return deadLetter.status() == Status.WAITING || Boolean.TRUE.equals(includeParked);
  }
}
