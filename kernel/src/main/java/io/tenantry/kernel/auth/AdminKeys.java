package io.tenantry.kernel.auth;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.tenantry.kernel.crypto.Sha256;
import io.tenantry.kernel.runtime.StartupOrder;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configured keys of the admin API. Created before the rest of the service: without the admin
 * key, the service does not start.
 */
@Singleton
@Startup(StartupOrder.SECRETS)
final class AdminKeys {

  private static final int SHORTEST_KEY = 16;

  private final List<AdminKey> keys = new ArrayList<>();

  AdminKeys(AdminConfig config) {
    if (config.key().isEmpty()) {
      throw new ConfigurationException(
          "TENANTRY_ADMIN_KEY is not set: the admin API needs a key (create one with:"
              + " openssl rand -hex 32)");
    }
    config.key().ifPresent(key -> add("TENANTRY_ADMIN_KEY", key, Roles.ADMIN));
    config.operatorKey().ifPresent(key -> add("TENANTRY_OPERATOR_KEY", key, Roles.OPERATOR));
    config.viewerKey().ifPresent(key -> add("TENANTRY_VIEWER_KEY", key, Roles.VIEWER));
  }

  private void add(String variable, String key, String role) {
    if (key.length() < SHORTEST_KEY) {
      throw new ConfigurationException(
          "%s is too short: %d characters, at least %d are needed"
              .formatted(variable, key.length(), SHORTEST_KEY));
    }
    keys.add(
        new AdminKey(
            ByteBuffer.wrap(Sha256.of(key)),
            QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(role))
                .addRoles(Roles.withIncluded(role))
                .build()));
  }

  /** The identity of a configured key; empty for any other key. */
  Optional<SecurityIdentity> identify(String key) {
    byte[] digest = Sha256.of(key);
    Optional<SecurityIdentity> found = Optional.empty();
    // Compares all digests, of equal length, in constant time: neither content nor length leaks.
    for (AdminKey known : keys) {
      if (MessageDigest.isEqual(known.digest().array(), digest)) {
        found = Optional.of(known.identity());
      }
    }
    return found;
  }

  private record AdminKey(ByteBuffer digest, SecurityIdentity identity) {}
}
