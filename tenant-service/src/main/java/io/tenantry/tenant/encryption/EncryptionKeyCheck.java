package io.tenantry.tenant.encryption;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.crypto.StoredSecrets;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.runtime.StartupOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Prevents the service from starting with keys that cannot decrypt the stored secrets. */
@Singleton
final class EncryptionKeyCheck {

  private final KeyRing keyRing;
  private final SecretStore secrets;
  private final Database database;

  EncryptionKeyCheck(KeyRing keyRing, SecretStore secrets, Database database) {
    this.keyRing = keyRing;
    this.secrets = secrets;
    this.database = database;
  }

  void check(@Observes @Priority(StartupOrder.SECRETS) StartupEvent started) {
    StoredSecrets.check(keyRing, secrets.countsByKey());
    database.run(
        """
        INSERT INTO control_plane.encryption_keys (key_id)
        VALUES ($1)
        ON CONFLICT DO NOTHING
        """,
        keyRing.primaryId());
  }
}
