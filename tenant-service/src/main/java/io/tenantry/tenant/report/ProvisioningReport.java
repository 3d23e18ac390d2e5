package io.tenantry.tenant.report;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How provisioning went in a period. */
@RegisterForReflection
record ProvisioningReport(
    @Schema(description = "The first day") LocalDate from,
    @Schema(description = "The day after the last one") LocalDate to,
    @Schema(description = "day, week or month") String interval,
    @Schema(description = "All provisionings of the period; without start, blueprint and region")
        Entry total,
    @Schema(description = "By time, blueprint and region; without rows where there was none")
        List<Entry> items,
    @Schema(description = "By step, in the order of provisioning") List<Step> steps,
    @Schema(description = "The number of failures by error code") Map<String, Long> failures) {

  /**
   * The provisionings of one blueprint in one region that finished in one interval.
   *
   * @param start the first day of the interval
   */
  @RegisterForReflection
  record Entry(
      @Nullable LocalDate start,
      @Nullable String blueprint,
      @Nullable String region,
      long succeeded,
      long failed,
      @Schema(description = "0 to 1; absent if there was no provisioning")
          @Nullable Double successRate,
      @Schema(description = "Those that took a ready database from the warm pool") long fromPool,
      @Schema(description = "Of those that succeeded") @Nullable Durations durationMs) {}

  /** How long a step took where it completed, and how often it failed. */
  @RegisterForReflection
  record Step(String step, long completed, long failed, @Nullable Durations durationMs) {}

  /** Milliseconds. */
  @RegisterForReflection
  record Durations(double median, double p95, double max) {}
}
