package io.tenantry.tenant.encryption;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Keeps the service from starting with keys that cannot read what is stored. */
@Singleton
final class EncryptionKeys {

  private final KeyRing keyRing;
  private final SecretStore secrets;
  private final Database database;

  EncryptionKeys(KeyRing keyRing, SecretStore secrets, Database database) {
    this.keyRing = keyRing;
    this.secrets = secrets;
    this.database = database;
  }

  /** A key's id as people read it. */
  static String name(int keyId) {
    return "%08x".formatted(keyId);
  }

  void check(@Observes @Priority(1) StartupEvent started) {
    secrets
        .countsByKey()
        .forEach(
            (keyId, count) -> {
              if (!keyRing.holds(keyId)) {
                throw new ConfigurationException(
                    ("ENCRYPTION_KEY is another than the one that %d stored secrets were encrypted"
                            + " with (key id %s): set that one, or add it to"
                            + " ENCRYPTION_KEYS_RETIRED")
                        .formatted(count, name(keyId)));
              }
            });
    database.run(
        """
        INSERT INTO control_plane.encryption_keys (key_id)
        VALUES ($1)
        ON CONFLICT DO NOTHING
        """,
        keyRing.primaryId());
  }
}
