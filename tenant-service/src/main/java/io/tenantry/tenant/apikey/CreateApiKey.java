package io.tenantry.tenant.apikey;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body of {@code POST /api/v1/tenants/{tenant_id}/api-keys}. */
record CreateApiKey(
    @Schema(description = "A name for the key", examples = "backend")
        @NotNull(message = "is required")
        @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
        String name,
    @Schema(description = "The prefix of the key; the blueprint's if omitted")
        @Pattern(regexp = "[a-z][a-z0-9]{0,15}", message = "must be 1 to 16 of a-z 0-9")
        @Nullable String prefix,
    @Schema(description = "What the key permits; read and write if omitted")
        @Size(min = 1, max = 16, message = "must have 1 to 16 elements")
        @Nullable
            List<
                @NotNull(message = "must not be null")
                @Pattern(
                    regexp = "(?!portal$)[a-z][a-z0-9:_-]{0,63}",
                    message = "is not a valid scope")
                String>
            scopes,
    @Schema(description = "When the key expires; never if omitted") @Nullable Instant expiresAt) {}
