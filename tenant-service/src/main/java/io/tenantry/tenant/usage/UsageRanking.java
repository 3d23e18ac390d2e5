package io.tenantry.tenant.usage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The tenants with the highest usage. */
@RegisterForReflection
record UsageRanking(
    UsageMeasure by,
    @Schema(description = "The first day") LocalDate from,
    @Schema(description = "The day after the last one") LocalDate to,
    @Schema(description = "Tenants with a measurement in the period") long tenants,
    @Schema(description = "Of all of them: the sum, for tables and connections as for the others")
        long total,
    List<Item> items) {

  /** A tenant and its usage. */
  @RegisterForReflection
  record Item(
      UUID tenantId,
      String name,
      String environment,
      String blueprint,
      String region,
      long value) {}
}
