package io.tenantry.tenant.webhook.portal;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body that creates a portal link. */
record CreatePortalLink(
    @Schema(description = "How long the link is valid; PORTAL_LINK_LIFETIME if omitted")
        @Min(value = 60, message = "must be at least 60")
        @Max(value = 86_400, message = "must be at most 86400")
        @Nullable Integer lifetimeSeconds,
    @Schema(
            description =
                "The origin of the page that embeds the portal, one of PORTAL_PARENT_ORIGINS; not"
                    + " embedded if omitted",
            examples = "https://app.example.com")
        @Size(max = 255, message = "must have at most 255 characters")
        @Nullable String parentOrigin) {}
