package io.tenantry.kernel.crypto;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

@ConfigMapping(prefix = "tenantry.encryption")
interface EncryptionConfig {

  /** Base64 of the 32-byte key that encrypts new secrets ({@code ENCRYPTION_KEY}). */
  Optional<String> key();

  /** Previous keys, needed to decrypt what they encrypted ({@code ENCRYPTION_KEYS_RETIRED}). */
  Optional<List<String>> retiredKeys();
}
