package io.tenantry.tenant.webhook.endpoint;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An endpoint and its new signing secret.
 *
 * @param secret what verifies its signatures; absent for Ed25519, where the public key does
 */
@RegisterForReflection
public record IssuedSecret(
    Endpoint endpoint,
    @Schema(description = "whsec_…; it is never shown again. Absent for Ed25519")
        Optional<String> secret) {

  static IssuedSecret of(Endpoint endpoint, SigningKey key) {
    return new IssuedSecret(
        endpoint, key.publicKey().isPresent() ? Optional.empty() : Optional.of(key.text()));
  }

  @Override
  public String toString() {
    return "IssuedSecret[]";
  }
}
