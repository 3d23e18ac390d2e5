package io.tenantry.kernel.auth;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.TenantStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * The API keys of tenants. What is known of a key may be half a second old, so that a revoked or
 * expired one stops on every replica within a second, with no message needed to end it.
 */
@Singleton
public final class TenantKeys {

  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9-]{1,32}_[0-9]{1,20}_[0-9a-f]{32,128}");
  private static final Duration FRESHNESS = Duration.ofMillis(500);
  private static final int LARGEST = 20_000;

  private final Database database;
  private final AsyncCache<Buffer, Optional<SecurityIdentity>> identities =
      Caffeine.newBuilder().expireAfterWrite(FRESHNESS).maximumSize(LARGEST).buildAsync();

  TenantKeys(Database database) {
    this.database = database;
  }

  /**
   * Who has this key, if it is one that counts: neither revoked nor expired, and of a tenant that
   * exists. The identity's principal is a {@link TenantPrincipal}; it has the roles of the key's
   * scopes, or none while the tenant is not active.
   *
   * @return fails with {@link io.tenantry.kernel.db.DatabaseUnavailable} if the control database
   *     does not answer
   */
  public CompletableFuture<Optional<SecurityIdentity>> identify(String key) {
    return SHAPE.matcher(key).matches()
        ? identities.get(Buffer.buffer(Digest.sha256(key)), (hash, executor) -> load(hash))
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private CompletableFuture<Optional<SecurityIdentity>> load(Buffer hash) {
    return database
        .start(
            """
            SELECT key_id, tenant_id, scopes, status
            FROM control_plane.api_keys
            JOIN control_plane.tenants USING (tenant_id)
            WHERE key_hash = $1
              AND revoked_at IS NULL
              AND (expires_at IS NULL OR expires_at > now())
              AND status IN ('active', 'suspended')
            """,
            hash)
        .thenApply(
            rows ->
                rows.size() == 0 ? Optional.empty() : Optional.of(read(rows.iterator().next())));
  }

  private static SecurityIdentity read(Row row) {
    List<String> scopes = List.of(row.getArrayOfStrings("scopes"));
    QuarkusSecurityIdentity.Builder identity =
        QuarkusSecurityIdentity.builder()
            .setPrincipal(
                new TenantPrincipal(row.getUUID("tenant_id"), row.getUUID("key_id"), scopes));
    if (TenantStatus.of(row.getString("status")) == TenantStatus.ACTIVE) {
      scopes.forEach(scope -> identity.addRole(Roles.ofScope(scope)));
    }
    return identity.build();
  }
}
