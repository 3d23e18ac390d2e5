package io.tenantry.backup.report;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The campaigns of a period, by the day they were started. */
@RegisterForReflection
record CampaignReport(
    @Schema(description = "The first day") LocalDate from,
    @Schema(description = "The day after the last one") LocalDate to,
    @Schema(description = "The number of campaigns by status") Map<String, Long> statuses,
    @Schema(description = "The newest 500 campaigns, newest first") List<Item> items) {

  /** A campaign and how its tenants fared. */
  @RegisterForReflection
  record Item(
      UUID campaignId,
      String blueprint,
      @Schema(description = "forward or rollback") String direction,
      @Nullable String targetVersion,
      String status,
      @Schema(description = "Tenants that were at the version already") long current,
      long tenants,
      long completed,
      long failed,
      @Schema(description = "0 to 1; absent if no tenant has ended") @Nullable Double successRate,
      Instant createdAt,
      @Nullable Instant finishedAt,
      @Schema(description = "From the start to the end, pauses included; absent while in progress")
          @Nullable Long durationMs) {}
}
