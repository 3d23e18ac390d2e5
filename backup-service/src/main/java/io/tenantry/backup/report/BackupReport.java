package io.tenantry.backup.report;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How backups, restores and drills went in a period, by the day they were requested. */
@RegisterForReflection
record BackupReport(
    @Schema(description = "The first day") LocalDate from,
    @Schema(description = "The day after the last one") LocalDate to,
    @Schema(description = "day, week or month") String interval,
    @Schema(description = "Backups that are stored now, of any day") Stored stored,
    @Schema(description = "Backups by time; without intervals that had none") List<Backups> backups,
    @Schema(description = "Restores by time") List<Operations> restores,
    @Schema(description = "Drills by time") List<Operations> drills,
    @Schema(description = "The number of failed backups, restores and drills by error code")
        Map<String, Long> failures) {

  /** Backups that are stored now. */
  @RegisterForReflection
  record Stored(long backups, BigDecimal bytes, long tenants) {}

  /** The backups of one interval. */
  @RegisterForReflection
  record Backups(
      @Schema(description = "The first day of the interval") LocalDate start,
      @Schema(description = "Those that were stored, also if they expired since") long completed,
      long failed,
      @Schema(description = "0 to 1; absent if none has ended") @Nullable Double successRate,
      @Schema(description = "Their size as stored") BigDecimal bytes,
      @Schema(description = "The size of one backup") @Nullable Distribution backupBytes,
      @Schema(description = "From the start to the end, of those that were stored")
          @Nullable Distribution durationMs) {}

  /** The restores or drills of one interval. */
  @RegisterForReflection
  record Operations(
      @Schema(description = "The first day of the interval") LocalDate start,
      @Schema(description = "Restores that completed, also if they were undone; drills that passed")
          long succeeded,
      long failed,
      @Schema(description = "0 to 1; absent if none has ended") @Nullable Double successRate,
      @Schema(description = "From the start of the recovery until the data could be used")
          @Nullable Distribution recoveryMs) {}

  /** How values are distributed. */
  @RegisterForReflection
  record Distribution(double median, double p95, double max) {}
}
