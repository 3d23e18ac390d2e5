package io.tenantry.tenant.lifecycle;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body of {@code PATCH /api/v1/tenants/{tenant_id}}. Omitted fields do not change. */
record UpdateTenant(
    @Schema(description = "The new name; the database is not renamed")
        @Pattern(regexp = "[A-Za-z0-9_-]{1,255}", message = "must be 1 to 255 of A-Z a-z 0-9 _ -")
        @Nullable String name,
    @Schema(description = "Fields to set; null removes a field, omitted fields do not change")
        @Size(max = 100, message = "must have at most 100 fields")
        @Nullable Map<String, Object> metadata) {}
