package io.tenantry.ingestion.instance;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code PATCH /api/v1/instances/{name}}. Fields that are left out are not changed. An
 * empty field, or a timeout of 0, resets the setting to the service's default.
 */
record ChangeInstance(
    @Nullable UUID tenantId,
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
    @Schema(description = "Seconds; 0 resets it to the service's default")
        @Min(value = 0, message = "must be at least 0")
        @Max(value = 3600, message = "must be at most 3600")
        @Nullable Integer agentTimeout,
    @Size(max = 1024, message = CreateInstance.TOO_LONG) @Nullable String webhookSecret,
    @Nullable WebhookSigning webhookSigning,
    @JsonProperty("is_active") @Nullable Boolean isActive) {

  /** Returns the instance with these changes. */
  Instance applyTo(Instance instance) {
    Settings old = instance.settings();
    return new Instance(
        instance.id(),
        instance.name(),
        Optional.ofNullable(tenantId).or(instance::tenantId),
        channelType == null ? instance.channelType() : channelType,
        new Settings(
            changed(old.evolutionUrl(), evolutionUrl),
            changedSecret(old.evolutionKey(), evolutionKey),
            changed(old.whatsappInstance(), whatsappInstance),
            changed(old.sessionIdPrefix(), sessionIdPrefix),
            changed(old.agentApiUrl(), agentApiUrl),
            changedSecret(old.agentApiKey(), agentApiKey),
            changed(old.defaultAgent(), defaultAgent),
            agentTimeout == null
                ? old.agentTimeout()
                : Optional.of(agentTimeout).filter(seconds -> seconds > 0)),
        changedSecret(instance.webhookSecret(), webhookSecret),
        webhookSigning == null ? instance.webhookSigning() : webhookSigning,
        instance.isDefault(),
        isActive == null ? instance.isActive() : isActive,
        instance.createdAt(),
        instance.updatedAt());
  }

  private static Optional<String> changed(Optional<String> old, @Nullable String value) {
    return value == null ? old : CreateInstance.present(value);
  }

  private static Optional<String> changedSecret(Optional<String> old, @Nullable String value) {
    return value != null && Settings.isMask(value) ? old : changed(old, value);
  }
}
