package io.tenantry.ingestion.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;

/**
 * The settings of an instance; the service's defaults apply for those that are empty.
 *
 * @param agentTimeout in seconds
 */
@RegisterForReflection
record Settings(
    Optional<String> evolutionUrl,
    Optional<String> evolutionKey,
    Optional<String> whatsappInstance,
    Optional<String> sessionIdPrefix,
    Optional<String> agentApiUrl,
    Optional<String> agentApiKey,
    Optional<String> defaultAgent,
    Optional<Integer> agentTimeout) {

  private static final String MASK = "********";

  static Settings of(InstancesConfig config) {
    return new Settings(
        config.evolutionUrl(),
        config.evolutionKey(),
        config.whatsappInstance(),
        config.sessionIdPrefix(),
        config.agentApiUrl(),
        config.agentApiKey(),
        config.defaultAgent(),
        Optional.of(config.agentTimeout()));
  }

  /** Returns these settings, with empty ones taken from the others. */
  Settings orElse(Settings others) {
    return new Settings(
        evolutionUrl.or(others::evolutionUrl),
        evolutionKey.or(others::evolutionKey),
        whatsappInstance.or(others::whatsappInstance),
        sessionIdPrefix.or(others::sessionIdPrefix),
        agentApiUrl.or(others::agentApiUrl),
        agentApiKey.or(others::agentApiKey),
        defaultAgent.or(others::defaultAgent),
        agentTimeout.or(others::agentTimeout));
  }

  Settings masked() {
    return new Settings(
        evolutionUrl,
        mask(evolutionKey),
        whatsappInstance,
        sessionIdPrefix,
        agentApiUrl,
        mask(agentApiKey),
        defaultAgent,
        agentTimeout);
  }

  /** Replaces a secret by a mask. */
  static Optional<String> mask(Optional<String> secret) {
    return secret.map(s -> MASK);
  }

  /** Whether a secret is the mask from an earlier response. */
  static boolean isMask(String secret) {
    return secret.equals(MASK);
  }

  @Override
  public String toString() {
    return "Settings[of an instance]";
  }
}
