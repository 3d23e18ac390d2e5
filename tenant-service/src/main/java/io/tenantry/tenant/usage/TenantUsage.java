package io.tenantry.tenant.usage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The usage of a tenant in a period. */
@RegisterForReflection
record TenantUsage(
    UUID tenantId,
    @Schema(description = "The tenant's name, the last one if it was deleted") String name,
    Granularity granularity,
    Instant from,
    Instant to,
    @Schema(description = "By time; hours or days without any measurement are missing")
        List<UsageSample> items,
    @Schema(
            description =
                "Where the tenant existed and storage was not measured, as if its cluster was"
                    + " unavailable; the hour or day in progress is not one")
        List<Gap> gaps) {}
