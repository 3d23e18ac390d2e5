package io.tenantry.tenant.apikey;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.tenant.quota.Quotas;
import io.tenantry.tenant.quota.Resource;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** Issues, rotates and revokes API keys. */
@Singleton
public final class ApiKeys {

  /** 192 bits cannot be guessed, so the stored hash is a plain SHA-256. */
  private static final int RANDOM_BYTES = 24;

  private final Database database;
  private final ApiKeyStore store;
  private final Quotas quotas;
  private final Outbox outbox;
  private final SecureRandom random;
  private final Clock clock;

  ApiKeys(
      Database database,
      ApiKeyStore store,
      Quotas quotas,
      Outbox outbox,
      SecureRandom random,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.quotas = quotas;
    this.outbox = outbox;
    this.random = random;
    this.clock = clock;
  }

  /** Generates {@code count} keys without storing them. */
  public List<IssuedKey> generate(int count, String prefix, List<String> scopes) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> generate("key-" + n, prefix, scopes, Optional.empty()))
        .toList();
  }

  private IssuedKey generate(
      String name, String prefix, List<String> scopes, Optional<Instant> expiresAt) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    String key = prefix + "_" + clock.millis() + "_" + HexFormat.of().formatHex(bytes);
    return new IssuedKey(UUID.randomUUID(), name, key, scopes, expiresAt);
  }

  /** Stores the hash of each key in the caller's transaction. */
  public void store(Sql transaction, UUID tenantId, List<IssuedKey> keys) {
    keys.forEach(key -> store.add(transaction, tenantId, key));
  }

  /**
   * Issues a key to a tenant.
   *
   * @throws TenantryException {@code QUOTA_EXCEEDED}
   */
  IssuedKey create(
      UUID tenantId, String name, String prefix, List<String> scopes, Optional<Instant> expiresAt) {
    IssuedKey key = generate(name, prefix, scopes, expiresAt);
    database.transact(
        sql -> {
          quotas.requireAvailable(sql, tenantId, Resource.API_KEYS, 1);
          store.add(sql, tenantId, key);
        });
    return key;
  }

  /**
   * Issues a key that replaces another and has the same name and scopes. The previous key stays
   * valid for the overlap and does not count towards the quota.
   *
   * @param overlap zero to revoke the previous key immediately
   * @throws TenantryException {@code API_KEY_NOT_FOUND}, or {@code API_KEY_NOT_ACTIVE}
   */
  IssuedKey rotate(UUID tenantId, UUID keyId, Duration overlap) {
    IssuedKey issued =
        database.inTransaction(
            sql -> {
              ApiKey previous = store.find(sql, tenantId, keyId).orElseThrow(() -> notFound(keyId));
              IssuedKey key =
                  generate(
                      previous.name(), previous.prefix(), previous.scopes(), previous.expiresAt());
              store.add(sql, tenantId, key);
              if (!store.replace(sql, tenantId, keyId, key.keyId(), overlap)) {
                throw new TenantryException(
                    ErrorCode.API_KEY_NOT_ACTIVE,
                    previous.replacedBy().isPresent()
                        ? "The key was already rotated; rotate the key that replaced it."
                        : "The key is " + previous.status() + "; issue a new one.");
              }
              if (overlap.isZero()) {
                revoke(sql, tenantId, keyId);
              }
              return key;
            });
    return issued;
  }

  /**
   * Revokes a key; safe to repeat.
   *
   * @throws TenantryException {@code API_KEY_NOT_FOUND}
   */
  void revoke(UUID tenantId, UUID keyId) {
    boolean known =
        database.inTransaction(
            sql -> revoke(sql, tenantId, keyId) || store.find(sql, tenantId, keyId).isPresent());
    if (!known) {
      throw notFound(keyId);
    }
  }

  private boolean revoke(Sql transaction, UUID tenantId, UUID keyId) {
    boolean revoked = store.revoke(transaction, tenantId, keyId);
    if (revoked) {
      outbox.append(transaction, new TenantEvent.ApiKeyRevoked(tenantId, keyId));
    }
    return revoked;
  }

  static TenantryException notFound(UUID keyId) {
    return new TenantryException(
        ErrorCode.API_KEY_NOT_FOUND, "The tenant has no API key " + keyId + ".");
  }
}
