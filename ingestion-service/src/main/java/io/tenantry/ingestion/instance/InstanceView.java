package io.tenantry.ingestion.instance;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A channel instance as the API shows it, secrets masked. What it does not say itself is left out.
 *
 * @param agentTimeout seconds
 * @param effective what holds: its own settings, and the service's where it has none
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
    @JsonProperty("is_default") boolean standard,
    @JsonProperty("is_active") boolean active,
    Settings effective,
    Instant createdAt,
    Instant updatedAt) {

  static InstanceView of(Instance instance, Settings standards) {
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
        instance.standard(),
        instance.active(),
        instance.settings().orElse(standards).masked(),
        instance.createdAt(),
        instance.updatedAt());
  }
}
