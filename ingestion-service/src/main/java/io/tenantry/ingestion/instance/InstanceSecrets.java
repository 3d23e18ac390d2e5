package io.tenantry.ingestion.instance;

import io.tenantry.kernel.crypto.SecretColumn;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The columns with instances' encrypted secrets, for the rotation of encryption keys. */
final class InstanceSecrets {

  @Produces
  @Singleton
  SecretColumn evolutionKeys() {
    return column("evolution_key_encrypted");
  }

  @Produces
  @Singleton
  SecretColumn agentApiKeys() {
    return column("agent_api_key_encrypted");
  }

  @Produces
  @Singleton
  SecretColumn webhookSecrets() {
    return column("webhook_secret_encrypted");
  }

  private static SecretColumn column(String name) {
    return new SecretColumn(
        "ingestion.instances", "instance_id", name, Instance.ENCRYPTION_CONTEXT);
  }
}
