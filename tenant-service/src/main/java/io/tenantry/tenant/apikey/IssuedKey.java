package io.tenantry.tenant.apikey;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An API key at the one moment when it is shown.
 *
 * @param keyId what it is called by afterwards
 * @param name what its owner calls it
 * @param key the secret itself: {@code {prefix}_{timestamp}_{randomHex}}
 * @param scopes what it permits
 * @param expiresAt when it ends by itself; absent for never
 */
@RegisterForReflection
public record IssuedKey(
    UUID keyId, String name, String key, List<String> scopes, Optional<Instant> expiresAt) {

  @Override
  public String toString() {
    return "IssuedKey[keyId=" + keyId + "]";
  }
}
