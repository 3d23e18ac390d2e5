package io.tenantry.ingestion.instance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * What holds for channel instances where they say nothing of their own, and the instance that is
 * made at the first start. Public, or it could not be checked.
 */
@ConfigMapping(prefix = "tenantry.instances")
public interface InstancesConfig {

  /** {@code EVOLUTION_API_URL}. With it, the first start makes an instance. */
  Optional<String> evolutionUrl();

  /** {@code EVOLUTION_API_KEY}. */
  Optional<String> evolutionKey();

  /** {@code WHATSAPP_INSTANCE}; also the name of the instance that is made at the first start. */
  Optional<String> whatsappInstance();

  /** {@code SESSION_ID_PREFIX}. */
  Optional<String> sessionIdPrefix();

  /** {@code AGENT_API_URL}. */
  Optional<String> agentApiUrl();

  /** {@code AGENT_API_KEY}. */
  Optional<String> agentApiKey();

  /** {@code DEFAULT_AGENT_NAME}. */
  Optional<String> defaultAgent();

  /** {@code AGENT_API_TIMEOUT}, in seconds. */
  @WithDefault("60")
  int agentTimeout();

  /** {@code DEFAULT_TENANT_ID}: whose the instance is that is made at the first start. */
  Optional<UUID> tenantId();

  /** How far the signed time of a message may be from now ({@code WEBHOOK_TOLERANCE}). */
  @WithDefault("5m")
  Duration webhookTolerance();
}
