package io.tenantry.tenant.apikey;

import io.tenantry.kernel.crypto.Sha256;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores the hashes of API keys. */
@Singleton
final class ApiKeyStore {

  private static final String SELECT_KEY =
      """
      SELECT key_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at,
        replaced_by,
        CASE
          WHEN revoked_at IS NOT NULL THEN 'revoked'
          WHEN expires_at <= now() THEN 'expired'
          ELSE 'active'
        END AS status
      FROM control_plane.api_keys
      """;

  private final Database database;

  ApiKeyStore(Database database) {
    this.database = database;
  }

  /** Stores a key in the caller's transaction. */
  void add(Sql transaction, UUID tenantId, IssuedKey key) {
    transaction.send(
        """
        INSERT INTO control_plane.api_keys
          (key_id, tenant_id, name, prefix, key_hash, scopes, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        key.keyId(),
        tenantId,
        key.name(),
        key.key().substring(0, key.key().indexOf('_')),
        Buffer.buffer(Sha256.of(key.key())),
        key.scopes().toArray(String[]::new),
        key.expiresAt());
  }

  /** A page of a tenant's keys, ordered by id. */
  Page<ApiKey> list(UUID tenantId, @Nullable UUID after, int limit) {
    return Page.of(
        database.list(
            ApiKeyStore::read,
            SELECT_KEY
                + """
                  WHERE tenant_id = $1
                    AND ($2::uuid IS NULL OR key_id > $2)
                  ORDER BY key_id
                  LIMIT $3
                  """,
            tenantId,
            after,
            limit + 1),
        limit,
        ApiKey::keyId);
  }

  Optional<ApiKey> find(UUID tenantId, UUID keyId) {
    return find(database, tenantId, keyId);
  }

  Optional<ApiKey> find(Sql sql, UUID tenantId, UUID keyId) {
    return sql.first(
        ApiKeyStore::read, SELECT_KEY + "WHERE tenant_id = $1 AND key_id = $2", tenantId, keyId);
  }

  /**
   * Revokes a key in the caller's transaction; false if it is already revoked, or does not exist.
   */
  boolean revoke(Sql transaction, UUID tenantId, UUID keyId) {
    return transaction.changedOne(
        """
        UPDATE control_plane.api_keys
        SET revoked_at = now()
        WHERE tenant_id = $1
          AND key_id = $2
          AND revoked_at IS NULL
        """,
        tenantId,
        keyId);
  }

  /**
   * Records which key replaces another, and how long both are valid.
   *
   * @return false if the key is not active, or was already rotated
   */
  boolean replace(Sql transaction, UUID tenantId, UUID keyId, UUID replacement, Duration overlap) {
    return transaction.changedOne(
        """
        UPDATE control_plane.api_keys
        SET replaced_by = $3,
          expires_at = least(expires_at, now() + make_interval(secs => $4))
        WHERE tenant_id = $1
          AND key_id = $2
          AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > now())
          AND replaced_by IS NULL
        """,
        tenantId,
        keyId,
        replacement,
        overlap);
  }

  private static ApiKey read(Row row) {
    return new ApiKey(
        row.getUUID("key_id"),
        row.getString("name"),
        row.getString("prefix"),
        List.of(row.getArrayOfStrings("scopes")),
        row.getString("status"),
        Columns.instant(row, "created_at"),
        Columns.optionalInstant(row, "expires_at"),
        Columns.optionalInstant(row, "revoked_at"),
        Columns.optionalInstant(row, "last_used_at"),
        Optional.ofNullable(row.getUUID("replaced_by")));
  }
}
