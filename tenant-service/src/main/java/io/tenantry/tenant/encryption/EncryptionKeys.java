package io.tenantry.tenant.encryption;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.vertx.sqlclient.Row;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Keeps the service from starting with keys that cannot read what is stored. */
@Singleton
final class EncryptionKeys {

  private final KeyRing keyRing;
  private final Database database;

  EncryptionKeys(KeyRing keyRing, Database database) {
    this.keyRing = keyRing;
    this.database = database;
  }

  void check(@Observes @Priority(1) StartupEvent started) {
    for (Row row :
        database.run(
            """
            SELECT encryption_key_id, count(*)
            FROM (
              SELECT encryption_key_id FROM control_plane.tenant_databases
              UNION ALL
              SELECT encryption_key_id FROM control_plane.clusters
            ) AS secrets
            WHERE encryption_key_id IS NOT NULL
            GROUP BY encryption_key_id
            """)) {
      if (!keyRing.holds(row.getInteger(0))) {
        throw new ConfigurationException(
            ("ENCRYPTION_KEY is another than the one that %d stored secrets were"
                    + " encrypted with (key id %08x): set that one, or add it to"
                    + " ENCRYPTION_KEYS_RETIRED")
                .formatted(row.getLong(1), row.getInteger(0)));
      }
    }
    database.run(
        """
        INSERT INTO control_plane.encryption_keys (key_id)
        VALUES ($1)
        ON CONFLICT DO NOTHING
        """,
        keyRing.primaryId());
  }
}
