package io.tenantry.tenant.apikey;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST …/api-keys/{key_id}/rotate}. */
record RotateApiKey(
    @Schema(
            description =
                "For how many seconds the former key stays valid, too; an hour if left out, 0"
                    + " revokes it at once")
        @Min(value = 0, message = "must be at least 0")
        @Max(value = 2_592_000, message = "must be at most 2592000, 30 days")
        @Nullable Integer overlapSeconds) {}
