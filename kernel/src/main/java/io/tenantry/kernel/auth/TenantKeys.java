package io.tenantry.kernel.auth;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.tenantry.kernel.crypto.Sha256;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.TenantStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * Checks tenants' API keys. Results are cached for half a second, so that a revoked or expired key
 * stops working on every replica within a second, without messages between replicas.
 */
@Singleton
public final class TenantKeys {

  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9-]{1,32}_[0-9]{1,20}_[0-9a-f]{32,128}");
  private static final KeyCheck UNKNOWN =
      new KeyCheck.Refused(KeyCheck.Reason.UNKNOWN, Optional.empty());
  private static final Duration FRESHNESS = Duration.ofMillis(500);
  private static final int LARGEST = 20_000;

  private final Database database;
  private final KeyUses uses;
  private final AsyncCache<Buffer, KeyCheck> checks =
      Caffeine.newBuilder().expireAfterWrite(FRESHNESS).maximumSize(LARGEST).buildAsync();

  TenantKeys(Database database, KeyUses uses) {
    this.database = database;
    this.uses = uses;
  }

  /**
   * Checks a key and records its use. The identity's principal is a {@link TenantPrincipal}; it has
   * the roles of the key's scopes, or no roles while the tenant is not active.
   *
   * @return fails with {@link io.tenantry.kernel.db.DatabaseUnavailable} if the control database
   *     does not respond
   */
  public CompletableFuture<KeyCheck> check(String key) {
    if (!SHAPE.matcher(key).matches()) {
      return CompletableFuture.completedFuture(UNKNOWN);
    }
    return checks
        .get(Buffer.buffer(Sha256.of(key)), (hash, executor) -> load(hash))
        .whenComplete(
            (check, failure) -> {
              if (check instanceof KeyCheck.Known known) {
                uses.note(known.holder().keyId());
              }
            });
  }

  private CompletableFuture<KeyCheck> load(Buffer hash) {
    return database
        .start(
            """
            SELECT key_id, tenant_id, scopes, tenant_status, expires_at,
              revoked_at IS NOT NULL AS revoked,
              coalesce(expires_at <= now(), false) AS expired
            FROM control_plane.api_keys_v1
            WHERE key_hash = $1
            """,
            hash)
        .thenApply(TenantKeys::read);
  }

  private static KeyCheck read(RowSet<Row> rows) {
    for (Row row : rows) {
      List<String> scopes = List.of(row.getArrayOfStrings("scopes"));
      TenantPrincipal holder =
          new TenantPrincipal(row.getUUID("tenant_id"), row.getUUID("key_id"), scopes);
      if (row.getBoolean("revoked")) {
        return new KeyCheck.Refused(KeyCheck.Reason.REVOKED, Optional.of(holder));
      }
      if (row.getBoolean("expired")) {
        return new KeyCheck.Refused(KeyCheck.Reason.EXPIRED, Optional.of(holder));
      }
      return known(holder, row);
    }
    return UNKNOWN;
  }

  private static KeyCheck known(TenantPrincipal holder, Row row) {
    TenantStatus tenant = TenantStatus.of(row.getString("tenant_status"));
    QuarkusSecurityIdentity.Builder identity =
        QuarkusSecurityIdentity.builder().setPrincipal(holder);
    if (tenant == TenantStatus.ACTIVE) {
      holder.scopes().forEach(scope -> identity.addRole(Roles.ofScope(scope)));
    }
    return new KeyCheck.Known(
        holder, Columns.optionalInstant(row, "expires_at"), tenant, identity.build());
  }
}
