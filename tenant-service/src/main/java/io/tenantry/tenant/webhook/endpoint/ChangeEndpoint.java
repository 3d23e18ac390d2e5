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

/** The request body that changes a webhook endpoint; what is omitted stays as it is. */
public record ChangeEndpoint(
    @Schema(
            description =
                "Where messages are sent by POST. If the endpoint has custom headers, a URL with"
                    + " another host needs them again in the same request",
            examples = "https://receiver.example.com/webhooks")
        @Size(min = 1, max = 2048, message = "must have 1 to 2048 characters")
        @Nullable String url,
    @Schema(description = "For people")
        @Size(max = 255, message = "must have at most 255 characters")
        @Nullable String description,
    @Schema(description = "The types that it receives; empty for all")
        @Size(max = 100, message = "must have at most 100 elements")
        @Nullable List<@NotNull(message = "must not be null") String> eventTypes,
    @Schema(
            description =
                "The tenants whose events it receives; empty for all. Only for endpoints of the"
                    + " operator")
        @Size(max = 1000, message = "must have at most 1000 elements")
        @Nullable List<@NotNull(message = "must not be null") UUID> tenantIds,
    @Schema(description = "Whether the messages of one tenant are sent in order")
        @Nullable Boolean ordered,
    @Schema(description = "The limit of requests a second; 0 for none")
        @Min(value = 0, message = "must be at least 0")
        @Max(value = 10_000, message = "must be at most 10000")
        @Nullable Integer rateLimit,
    @Schema(description = "Replaces all custom headers; empty for none")
        @Size(max = 20, message = "must have at most 20 elements")
        @Nullable Map<String, @NotNull(message = "must not be null") String> headers) {

  @Override
  public String toString() {
    return "ChangeEndpoint[]";
  }
}
