package io.tenantry.backup.key;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadConfig;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.crypto.SecretColumn;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.UUID;

/**
 * One key for each tenant's backups (AES-256-GCM-HKDF in segments of 1 MiB, by Tink), stored
 * wrapped by the key ring. It is made with the first backup; destroyed, no backup of the tenant can
 * be read any more, wherever its files are.
 */
@Singleton
public final class TenantKeys {

  private static final String CONTEXT = "backup key of ";

  private final Database database;
  private final KeyRing ring;

  TenantKeys(Database database, KeyRing ring) throws GeneralSecurityException {
    StreamingAeadConfig.register();
    this.database = database;
    this.ring = ring;
  }

  /** The tenant's key, made if there is none. */
  public StreamingAead forWriting(UUID tenantId) {
    return find(tenantId).orElseGet(() -> make(tenantId));
  }

  /**
   * The tenant's key.
   *
   * @throws TenantryException {@code BACKUP_KEY_DESTROYED} if there is none (any more)
   */
  public StreamingAead forReading(UUID tenantId) {
    return find(tenantId)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.BACKUP_KEY_DESTROYED,
                    "The key of this tenant's backups was destroyed; they can never be read again."));
  }

  /** Destroys the tenant's key, if it has one. */
  public boolean destroy(UUID tenantId) {
    return database.run("DELETE FROM tenant_keys WHERE tenant_id = $1", tenantId).rowCount() == 1;
  }

  private Optional<StreamingAead> find(UUID tenantId) {
    for (Row row :
        database.run("SELECT keyset_encrypted FROM tenant_keys WHERE tenant_id = $1", tenantId)) {
      return Optional.of(primitive(ring.decrypt(row.getBuffer(0).getBytes(), context(tenantId))));
    }
    return Optional.empty();
  }

  /** Of two that make one at once, both use the one that was stored first. */
  private StreamingAead make(UUID tenantId) {
    database.run(
        """
        INSERT INTO tenant_keys (tenant_id, keyset_encrypted)
        VALUES ($1, $2)
        ON CONFLICT (tenant_id) DO NOTHING
        """,
        tenantId,
        Buffer.buffer(ring.encrypt(newKeyset(), context(tenantId))));
    return forReading(tenantId);
  }

  private static String newKeyset() {
    try {
      return TinkJsonProtoKeysetFormat.serializeKeyset(
          KeysetHandle.generateNew(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB),
          InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a backup key could not be made", e);
    }
  }

  private static StreamingAead primitive(String keyset) {
    try {
      return TinkJsonProtoKeysetFormat.parseKeyset(keyset, InsecureSecretKeyAccess.get())
          .getPrimitive(RegistryConfiguration.get(), StreamingAead.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a backup key cannot be used", e);
    }
  }

  /** Apart from the contexts of other secrets of the tenant. */
  private static String context(UUID tenantId) {
    return CONTEXT + tenantId;
  }

  /** Where they are stored. */
  static final class Stored {

    @Produces
    @Singleton
    SecretColumn column() {
      return new SecretColumn("backup.tenant_keys", "tenant_id", "keyset_encrypted", CONTEXT);
    }
  }
}
