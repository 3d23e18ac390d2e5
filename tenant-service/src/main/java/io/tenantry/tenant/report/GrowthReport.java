package io.tenantry.tenant.report;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** All tenants together, day by day; days without a roll-up are missing. */
@RegisterForReflection
record GrowthReport(LocalDate from, LocalDate to, List<Day> items) {

  /** A day in UTC. What was not measured is absent. */
  @RegisterForReflection
  record Day(
      LocalDate day,
      @Schema(description = "At the end of the day, or now") long tenants,
      long created,
      long deleted,
      @Schema(description = "Tenants whose storage was measured") long tenantsMeasured,
      @Schema(description = "The sum of the average sizes of the measured tenants")
          @Nullable BigDecimal storageBytes,
      @Nullable BigDecimal transactions,
      @Nullable BigDecimal eventsCaptured,
      @Nullable BigDecimal bytesCaptured,
      @Nullable BigDecimal eventsDelivered,
      @Nullable BigDecimal bytesDelivered,
      @Nullable BigDecimal backups,
      @Nullable BigDecimal backupBytes) {}
}
