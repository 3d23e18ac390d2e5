package io.tenantry.ingestion.instance;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A channel instance as the API shows it, with its secrets masked. Settings that it does not have
 * are left out.
 *
 * @param agentTimeout in seconds
 * @param effective the effective settings: its own, or the service's defaults
 */
@RegisterForReflection
record InstanceView(
    UUID instanceId,
    String name,
    Optional<UUID> tenantId,
    String channelType,
    Optional<String> evolutionUrl,
    Optional<String> evolutionKey,
    Optional<String> whatsappInstance,
    Optional<String> sessionIdPrefix,
    Optional<String> agentApiUrl,
    Optional<String> agentApiKey,
    Optional<String> defaultAgent,
    Optional<Integer> agentTimeout,
    Optional<String> webhookSecret,
    WebhookSigning webhookSigning,
    @JsonProperty("is_default") boolean isDefault,
    @JsonProperty("is_active") boolean isActive,
    Settings effective,
    Instant createdAt,
    Instant updatedAt) {

  static InstanceView of(Instance instance, Settings defaults) {
    Settings own = instance.settings().masked();
    return new InstanceView(
        instance.id(),
        instance.name(),
        instance.tenantId(),
        instance.channelType(),
        own.evolutionUrl(),
        own.evolutionKey(),
        own.whatsappInstance(),
        own.sessionIdPrefix(),
        own.agentApiUrl(),
        own.agentApiKey(),
        own.defaultAgent(),
        own.agentTimeout(),
        Settings.mask(instance.webhookSecret()),
        instance.webhookSigning(),
        instance.isDefault(),
        instance.isActive(),
        instance.settings().orElse(defaults).masked(),
        instance.createdAt(),
        instance.updatedAt());
  }
}
