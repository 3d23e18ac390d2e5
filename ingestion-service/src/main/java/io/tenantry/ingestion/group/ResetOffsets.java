package io.tenantry.ingestion.group;

import io.tenantry.kernel.error.InvalidRequest;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /api/v1/groups/{group}/offsets/reset}. */
record ResetOffsets(
    @NotNull(message = "is required") ResetTarget to,
    @Schema(description = "With to=time: continue with the first message at or after this time")
        @Nullable Instant time,
    @Schema(
            description =
                "With to=offset: the next offset to read; limited to the offsets that are kept")
        @PositiveOrZero(message = "must be 0 or more")
        @Nullable Long offset,
    @Schema(description = "Partitions to reset; default: all")
        @Size(min = 1, message = "must have an element")
        @Nullable
            List<
                @NotNull(message = "must not be null")
                @PositiveOrZero(message = "must be 0 or more") Integer>
            partitions,
    @Schema(description = "Report what would be done, and change nothing")
        @Nullable Boolean dryRun) {

  boolean isDryRun() {
    return Boolean.TRUE.equals(dryRun);
  }

  /**
   * Checks that the field of the chosen target is present, and that no other is.
   *
   * @throws InvalidRequest naming the field
   */
  void check() {
    require("time", to == ResetTarget.TIME, time);
    require("offset", to == ResetTarget.OFFSET, offset);
  }

  private void require(String field, boolean needed, @Nullable Object value) {
    if (needed && value == null) {
      throw new InvalidRequest(field, "is required with to=" + to);
    }
    if (!needed && value != null) {
      throw new InvalidRequest(field, "is for to=" + field + " only");
    }
  }
}
