package io.tenantry.tenant.project;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.tenant.provisioning.KnownRegion;
import io.tenantry.tenant.registry.Environment;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body of {@code POST /api/v1/projects}. */
@RegisterForReflection
record CreateProject(
    @Schema(
            description = "Unique within the environment, among projects and tenants",
            examples = "acme_app")
        @NotNull(message = "is required")
        @Pattern(regexp = "[A-Za-z0-9_-]{1,255}", message = "must be 1 to 255 of A-Z a-z 0-9 _ -")
        String name,
    @Schema(description = "production if omitted") @Nullable Environment environment,
    @Schema(description = "The region of its database") @KnownRegion @Nullable String region,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters") @Nullable String ownerId,
    @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
        @Nullable String organizationId,
    @Schema(description = "The caller's own data")
        @Size(max = 100, message = "must have at most 100 fields")
        @Nullable Map<String, Object> metadata) {}
