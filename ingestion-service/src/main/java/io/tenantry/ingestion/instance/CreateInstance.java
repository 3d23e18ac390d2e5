package io.tenantry.ingestion.instance;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /api/v1/instances}. For fields that are left out or empty, the service's
 * defaults apply.
 */
record CreateInstance(
    @Schema(description = "Unique; part of the webhook's URL")
        @NotNull(message = "is required")
        @Pattern(
            regexp = "(?!default$)[A-Za-z0-9_-]{1,255}",
            message = "must be 1 to 255 of A-Z a-z 0-9 _ -, and not 'default'")
        String name,
    @NotNull(message = "is required") UUID tenantId,
    @Schema(description = "Default: whatsapp")
        @Pattern(regexp = "[a-z][a-z0-9_-]{0,63}", message = "must be 1 to 64 of a-z 0-9 _ -")
        @Nullable String channelType,
    @Pattern(regexp = CreateInstance.URL, message = CreateInstance.NO_URL)
        @Nullable String evolutionUrl,
    @Size(max = 1024, message = CreateInstance.TOO_LONG) @Nullable String evolutionKey,
    @Size(max = 1024, message = CreateInstance.TOO_LONG) @Nullable String whatsappInstance,
    @Size(max = 255, message = "must have at most 255 characters") @Nullable String sessionIdPrefix,
    @Pattern(regexp = CreateInstance.URL, message = CreateInstance.NO_URL)
        @Nullable String agentApiUrl,
    @Size(max = 1024, message = CreateInstance.TOO_LONG) @Nullable String agentApiKey,
    @Size(max = 255, message = "must have at most 255 characters") @Nullable String defaultAgent,
    @Schema(description = "Seconds")
        @Min(value = 1, message = "must be at least 1")
        @Max(value = 3600, message = "must be at most 3600")
        @Nullable Integer agentTimeout,
    @Schema(
            description =
                "Secret that authenticates messages: by signature (X-Hub-Signature-256: sha256=…),"
                    + " or sent as it is (X-Webhook-Secret)")
        @Size(max = 1024, message = CreateInstance.TOO_LONG)
        @Nullable String webhookSecret,
    @Schema(
            description =
                "Default: body. With standard, only signatures of Standard Webhooks are accepted:"
                    + " webhook-signature over id, timestamp and body")
        @Nullable WebhookSigning webhookSigning,
    @JsonProperty("is_default") @Nullable Boolean isDefault,
    @JsonProperty("is_active") @Nullable Boolean isActive) {

  static final String URL = "(https?://[^\\s/]+.*)?";
  static final String NO_URL = "must be a URL that starts with http:// or https://";
  static final String TOO_LONG = "must have at most 1024 characters";

  Settings settings() {
    return new Settings(
        present(evolutionUrl),
        present(evolutionKey),
        present(whatsappInstance),
        present(sessionIdPrefix),
        present(agentApiUrl),
        present(agentApiKey),
        present(defaultAgent),
        Optional.ofNullable(agentTimeout));
  }

  static Optional<String> present(@Nullable String value) {
    return Optional.ofNullable(value).filter(v -> !v.isEmpty());
  }
}
