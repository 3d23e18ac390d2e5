package io.tenantry.tenant.apikey;

import io.tenantry.kernel.auth.Digest;
import io.tenantry.kernel.db.Sql;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Makes API keys and stores their hashes. */
@Singleton
public final class ApiKeys {

  /** 192 bits: beyond guessing, so that a plain SHA-256 is enough to store. */
  private static final int RANDOM_BYTES = 24;

  private final SecureRandom random;
  private final Clock clock;

  ApiKeys(SecureRandom random, Clock clock) {
    this.random = random;
    this.clock = clock;
  }

  /** Makes {@code count} keys; none is stored yet. */
  public List<IssuedKey> generate(int count, String prefix, List<String> scopes) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> new IssuedKey(UUID.randomUUID(), "key-" + n, secret(prefix), scopes))
        .toList();
  }

  /** Stores the hash of each key in the caller's transaction. */
  public void store(Sql transaction, UUID tenantId, List<IssuedKey> keys) {
    for (IssuedKey key : keys) {
      transaction.send(
          """
          INSERT INTO control_plane.api_keys (key_id, tenant_id, name, prefix, key_hash, scopes)
          VALUES ($1, $2, $3, $4, $5, $6)
          """,
          key.keyId(),
          tenantId,
          key.name(),
          key.key().substring(0, key.key().indexOf('_')),
          Buffer.buffer(Digest.sha256(key.key())),
          key.scopes().toArray(String[]::new));
    }
  }

  private String secret(String prefix) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return prefix + "_" + clock.millis() + "_" + HexFormat.of().formatHex(bytes);
  }
}
