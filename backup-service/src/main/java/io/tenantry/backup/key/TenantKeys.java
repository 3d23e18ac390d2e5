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
 * One key for each tenant's backups (AES-256-GCM-HKDF in segments of 1 MiB, by Tink), stored
 * wrapped by the key ring. It is created with the first backup; destroyed, no backup of the tenant
 * can be read any more, wherever its files are.
 *
 * <p>A destroyed key leaves a tombstone with its id. A tenant that has only tombstones is shredded:
 * it gets another key only by a request that asks for one.
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
   * The tenant's key, created if it has none.
   *
   * @param newKeyAskedAt when a request asked for a new key, should the tenant be shredded; keys
   *     that were destroyed before then do not stand in the way
   * @throws TenantryException {@code TENANT_SHREDDED}
   */
  public Key forWriting(UUID tenantId, Optional<Instant> newKeyAskedAt) {
    return find(tenantId).orElseGet(() -> create(tenantId, newKeyAskedAt));
  }

  /**
   * The key that a backup of the tenant is encrypted with.
   *
   * @param keyId its id; empty if the backup is from before keys had ids
   * @throws TenantryException {@code BACKUP_KEY_DESTROYED} if it is not there (any more)
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
            ? "The key of this tenant's backups was destroyed; they can never be read again."
            : "The control database does not have the key of this backup: it is older than the key.");
  }

  /** What is known of a key. */
  public enum State {
    PRESENT,
    DESTROYED,
    /** The control database never had it, or is an older copy of the one that has it. */
    UNKNOWN
  }

  /**
   * What is known of the key that a backup is encrypted with.
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

  /** Whether the tenant's key was destroyed and it has got no other since. */
  public boolean isShredded(UUID tenantId) {
    return state(tenantId, Optional.empty()) == State.DESTROYED;
  }

  /**
   * Makes sure, until the transaction ends, that a key is not destroyed.
   *
   * @return false if it was
   */
  public boolean hold(Sql transaction, UUID keyId) {
    return transaction.exists("SELECT FROM tenant_keys WHERE key_id = $1 FOR SHARE", keyId);
  }

  /**
   * Destroys the tenant's key. Its backups become {@code shredded} in the same moment, by a
   * trigger. A tenant without a key is shredded all the same: its first backup has to be asked for.
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

  /** Of two that create one at once, both use the one that was stored first. */
  private Key create(UUID tenantId, Optional<Instant> newKeyAskedAt) {
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
        newKeyAskedAt);
    return find(tenantId).orElseThrow(TenantKeys::shredded);
  }

  /** What a backup is refused with that would need a new key for a shredded tenant. */
  public static TenantryException shredded() {
    return new TenantryException(
        ErrorCode.TENANT_SHREDDED,
        "The key of this tenant's backups was destroyed. A backup with a new key has to be asked for"
            + " (new_key).");
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
