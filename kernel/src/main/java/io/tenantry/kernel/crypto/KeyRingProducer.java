package io.tenantry.kernel.crypto;

import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Creates the key ring from the configuration; an invalid key stops the service with one clear
 * line.
 */
final class KeyRingProducer {

  @Produces
  @Singleton
  KeyRing keyRing(EncryptionConfig config) {
    String key =
        config
            .key()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "ENCRYPTION_KEY is not set: it must be the base64 of 32 random bytes (create"
                            + " one with: openssl rand -base64 32)"));
    try {
      return KeyRing.of(key, config.retiredKeys().orElse(List.of()));
    } catch (KeyRing.InvalidKeyException e) {
      throw new ConfigurationException(
          e.getMessage()
              + ": it must be the base64 of 32 bytes (create one with: openssl rand -base64"
              + " 32)");
    }
  }
}
