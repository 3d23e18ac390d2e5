package io.tenantry.tenant.webhook;

import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.tenant.webhook.delivery.Period;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body that names a period of the delivery log. */
record PeriodRequest(
    @Schema(description = "The start of the period, inclusive, RFC 3339")
        @NotNull(message = "is required")
        Instant since,
    @Schema(description = "The end of the period, exclusive, RFC 3339; now if omitted")
        @Nullable Instant until) {

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

  Period period() {
    Instant end = until == null ? LATEST : until;
    if (since.isBefore(EARLIEST) || end.isAfter(LATEST) || !since.isBefore(end)) {
      throw new InvalidRequest("since", "must be after 1970 and before the end of the period");
    }
    return new Period(since, end);
  }
}
