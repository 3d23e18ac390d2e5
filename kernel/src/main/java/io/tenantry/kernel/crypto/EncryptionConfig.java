package io.tenantry.kernel.crypto;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

@ConfigMapping(prefix = "tenantry.encryption")
interface EncryptionConfig {

  /** Base64 of the 32 bytes that new ciphertexts are made with ({@code ENCRYPTION_KEY}). */
  Optional<String> key();

  /** Former keys, still needed to read what they encrypted ({@code ENCRYPTION_KEYS_RETIRED}). */
  Optional<List<String>> retiredKeys();
}
