package io.tenantry.tenant.webhook.endpoint;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body that creates a webhook endpoint. */
public record CreateEndpoint(
    @Schema(
            description = "Where messages are sent by POST",
            examples = "https://receiver.example.com/webhooks")
        @NotNull(message = "is required")
        @Size(min = 1, max = 2048, message = "must have 1 to 2048 characters")
        String url,
    @Schema(description = "For people")
        @Size(max = 255, message = "must have at most 255 characters")
        @Nullable String description,
    @Schema(description = "The types that it receives; all if omitted or empty")
        @Size(max = 100, message = "must have at most 100 elements")
        @Nullable List<@NotNull(message = "must not be null") String> eventTypes,
    @Schema(
            description =
                "The tenants whose events it receives; all if omitted or empty. Only for endpoints"
                    + " of the operator")
        @Size(max = 1000, message = "must have at most 1000 elements")
        @Nullable List<@NotNull(message = "must not be null") UUID> tenantIds,
    @Schema(
            description =
                "Whether the messages of one tenant are sent in order. A failed message then holds"
                    + " up that tenant's later ones until it succeeds or is given up")
        @Nullable Boolean ordered,
    @Schema(description = "The limit of requests a second; none if omitted")
        @Min(value = 1, message = "must be at least 1")
        @Max(value = 10_000, message = "must be at most 10000")
        @Nullable Integer rateLimit,
    @Schema(
            description =
                "Headers that are sent with each message, such as Authorization. They are stored"
                    + " encrypted, and their values are never shown")
        @Size(max = 20, message = "must have at most 20 elements")
        @Nullable Map<String, @NotNull(message = "must not be null") String> headers,
    @Schema(description = "How messages are signed; hmac-sha256 if omitted")
        @Nullable SigningAlgorithm algorithm,
    @Schema(
            description =
                "The signing secret, whsec_ and 24 to 64 bytes in base64, or whsk_ and an Ed25519"
                    + " key pair; generated if omitted")
        @Size(max = 200, message = "must have at most 200 characters")
        @Nullable String secret) {

  @Override
  public String toString() {
    return "CreateEndpoint[]";
  }
}
