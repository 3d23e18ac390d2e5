package io.tenantry.ingestion.instance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Default settings of channel instances, and the instance that the first start creates. Public, so
 * that Hibernate Validator can check its constraints.
 */
@ConfigMapping(prefix = "tenantry.instances")
public interface InstancesConfig {

  /**
   * Default URL of Evolution API ({@code EVOLUTION_API_URL}). If set, the first start creates an
   * instance.
   */
  Optional<String> evolutionUrl();

  /** Default key for Evolution API ({@code EVOLUTION_API_KEY}). */
  Optional<String> evolutionKey();

  /**
   * Default name of the instance in Evolution ({@code WHATSAPP_INSTANCE}); also the name of the
   * instance that the first start creates.
   */
  Optional<String> whatsappInstance();

  /** Default prefix of session ids ({@code SESSION_ID_PREFIX}). */
  Optional<String> sessionIdPrefix();

  /** Default URL of the agent API ({@code AGENT_API_URL}). */
  Optional<String> agentApiUrl();

  /** Default key for the agent API ({@code AGENT_API_KEY}). */
  Optional<String> agentApiKey();

  /** Default agent ({@code DEFAULT_AGENT_NAME}). */
  Optional<String> defaultAgent();

  /** Default timeout of the agent API in seconds ({@code AGENT_API_TIMEOUT}). */
  @WithDefault("60")
  int agentTimeout();

  /** Tenant of the instance that the first start creates ({@code DEFAULT_TENANT_ID}). */
  Optional<UUID> tenantId();

  /**
   * Maximum difference between the signed timestamp of a message and the current time ({@code
   * WEBHOOK_TOLERANCE}).
   */
  @WithDefault("5m")
  Duration webhookTolerance();
}
