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
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One key per tenant for its backups (AES-256-GCM-HKDF in segments of 1 MiB, by Tink), stored
 * encrypted by the key ring. The first backup creates it. Once it is destroyed, no backup of the
 * tenant can be decrypted, wherever its files are.
 *
 * <p>A destroyed key leaves a tombstone with its id. A tenant that has only tombstones is shredded:
 * only a request with {@code new_key} creates another key.
 */
@Singleton
public final class TenantKeys {

  private static final String CONTEXT = "backup key of ";

  private final Database database;
  private final KeyRing ring;
  private final TenantDirectory tenants;

  TenantKeys(Database database, KeyRing ring, TenantDirectory tenants)
      throws GeneralSecurityException {
    StreamingAeadConfig.register();
    this.database = database;
    this.ring = ring;
    this.tenants = tenants;
  }

  /** A tenant's key, and the id by which backups name it. */
  public record Key(UUID id, StreamingAead aead) {}

  /**
   * Returns the tenant's key; creates it if the tenant has none.
   *
   * @param newKeyRequestedAt when a new key was requested; keys destroyed before then do not
   *     prevent a new one
   * @throws TenantryException {@code TENANT_SHREDDED}
   */
  public Key forWriting(UUID tenantId, Optional<Instant> newKeyRequestedAt) {
    return find(tenantId).orElseGet(() -> create(tenantId, newKeyRequestedAt));
  }

  /**
   * Returns the key that encrypts a backup of the tenant.
   *
   * @param keyId its id; empty if the backup is from before keys had ids
   * @throws TenantryException {@code BACKUP_KEY_DESTROYED} if the key does not exist or was
   *     destroyed
   */
  public StreamingAead forReading(UUID tenantId, Optional<UUID> keyId) {
    return find(tenantId)
        .filter(key -> keyId.isEmpty() || keyId.get().equals(key.id()))
        .map(Key::aead)
        .orElseThrow(() -> unreadable(tenantId, keyId));
  }

  private TenantryException unreadable(UUID tenantId, Optional<UUID> keyId) {
    return new TenantryException(
        ErrorCode.BACKUP_KEY_DESTROYED,
        state(tenantId, keyId) == State.DESTROYED
            ? "The tenant's backup key was destroyed; its backups can no longer be decrypted."
            : "The control database does not have this backup's key; it may have been restored from"
                + " an older backup.");
  }

  /** The state of a key. */
  public enum State {
    PRESENT,
    DESTROYED,
    /** The control database does not have it; it may have been restored from an older backup. */
    UNKNOWN
  }

  /**
   * Returns the state of the key that encrypts a backup.
   *
   * @param keyId its id; empty for any key of the tenant
   */
  public State state(UUID tenantId, Optional<UUID> keyId) {
    return State.valueOf(
        database.one(
            row -> row.getString(0),
            """
            SELECT CASE
              WHEN EXISTS (
                SELECT FROM tenant_keys
                WHERE tenant_id = $1 AND ($2::uuid IS NULL OR key_id = $2)
              ) THEN 'PRESENT'
              WHEN EXISTS (
                SELECT FROM destroyed_keys
                WHERE tenant_id = $1 AND ($2::uuid IS NULL OR key_id = $2)
              ) THEN 'DESTROYED'
              ELSE 'UNKNOWN'
            END
            """,
            tenantId,
            keyId));
  }

  /** Whether the tenant's key was destroyed and no other was created since. */
  public boolean isShredded(UUID tenantId) {
    return state(tenantId, Optional.empty()) == State.DESTROYED;
  }

  /**
   * Locks a key, so that it is not destroyed before the transaction ends.
   *
   * @return false if the key was destroyed
   */
  public boolean lock(Sql transaction, UUID keyId) {
    return transaction.exists("SELECT FROM tenant_keys WHERE key_id = $1 FOR SHARE", keyId);
  }

  /**
   * Destroys the tenant's key; a trigger marks its backups as {@code shredded} in the same
   * transaction. A tenant without a key is shredded, too: its first backup needs {@code new_key}.
   */
  public void destroy(UUID tenantId) {
    boolean known = tenants.find(tenantId).isPresent();
    database.transact(
        sql -> {
          boolean destroyed =
              sql.changedOne("DELETE FROM tenant_keys WHERE tenant_id = $1", tenantId);
          if (!destroyed && known) {
            sql.send(
                """
                INSERT INTO destroyed_keys (key_id, tenant_id)
                SELECT gen_random_uuid(), $1
                WHERE NOT EXISTS (SELECT FROM destroyed_keys WHERE tenant_id = $1)
                """,
                tenantId);
          }
        });
  }

  private Optional<Key> find(UUID tenantId) {
    return database.first(
        row ->
            new Key(
                row.getUUID(0),
                primitive(ring.decrypt(row.getBuffer(1).getBytes(), context(tenantId)))),
        "SELECT key_id, keyset_encrypted FROM tenant_keys WHERE tenant_id = $1",
        tenantId);
  }

  /** Two concurrent creators both use the key that was stored first. */
  private Key create(UUID tenantId, Optional<Instant> newKeyRequestedAt) {
    database.run(
        """
        INSERT INTO tenant_keys (tenant_id, keyset_encrypted)
        SELECT $1, $2
        WHERE NOT EXISTS (
          SELECT
          FROM destroyed_keys
          WHERE tenant_id = $1
            AND ($3::timestamptz IS NULL OR destroyed_at > $3)
        )
        ON CONFLICT (tenant_id) DO NOTHING
        """,
        tenantId,
        Buffer.buffer(ring.encrypt(newKeyset(), context(tenantId))),
        newKeyRequestedAt);
    return find(tenantId).orElseThrow(TenantKeys::shredded);
  }

  /** The error for a backup of a shredded tenant without a requested new key. */
  public static TenantryException shredded() {
    return new TenantryException(
        ErrorCode.TENANT_SHREDDED,
        "The tenant's backup key was destroyed; request a backup with new_key=true to create a"
            + " new key.");
  }

  private static String newKeyset() {
    try {
      return TinkJsonProtoKeysetFormat.serializeKeyset(
          KeysetHandle.generateNew(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB),
          InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a backup key could not be created", e);
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

  /** Distinct from the contexts of the tenant's other secrets. */
  private static String context(UUID tenantId) {
    return CONTEXT + tenantId;
  }

  /** The column that stores the keys. */
  static final class Stored {

    @Produces
    @Singleton
    SecretColumn column() {
      return new SecretColumn("backup.tenant_keys", "tenant_id", "keyset_encrypted", CONTEXT);
    }
  }
}
