package io.tenantry.kernel.auth;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Who the holder of a key or token is. */
@RegisterForReflection
record Caller(
    @Schema(description = "The role of a key; for a token, the name in the identity provider")
        String name,
    @Schema(
            description =
                "The most powerful of the roles admin, operator and viewer; absent for other"
                    + " callers")
        Optional<String> role,
    @Schema(description = "The tenant of a portal link; absent for other callers")
        Optional<UUID> tenantId) {}
