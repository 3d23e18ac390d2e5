package io.tenantry.tenant.apikey;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An API key with its secret, which is shown once, when the key is issued.
 *
 * @param keyId the id that refers to the key from then on
 * @param name the name of the key
 * @param key the secret: {@code {prefix}_{timestamp}_{randomHex}}
 * @param scopes what the key permits
 * @param expiresAt when the key expires; absent for never
 */
@RegisterForReflection
public record IssuedKey(
    UUID keyId, String name, String key, List<String> scopes, Optional<Instant> expiresAt) {

  @Override
  public String toString() {
    return "IssuedKey[keyId=" + keyId + "]";
  }
}
