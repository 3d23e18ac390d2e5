package io.tenantry.kernel.tenant;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the registry of tenants, for the services that do not own it. Entries are cached for a
 * second: so long a suspended or deleted tenant may still look active, without messages between
 * services.
 */
@Singleton
public final class TenantDirectory {

  private static final String SELECT_TENANT =
      """
      SELECT tenant_id, name, environment, status, blueprint, blueprint_version, region,
        cluster, database_name, schema_name, role_name, connection_string_encrypted
      FROM control_plane.tenants_v1
      LEFT JOIN control_plane.tenant_databases_v1 USING (tenant_id)
      WHERE tenant_id = $1
      """;

  private static final Duration FRESHNESS = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int LARGEST = 20_000;

  private final Database database;
  private final KeyRing keyRing;
  private final AsyncCache<UUID, Optional<TenantEntry>> entries =
      Caffeine.newBuilder().expireAfterWrite(FRESHNESS).maximumSize(LARGEST).buildAsync();

  TenantDirectory(Database database, KeyRing keyRing) {
    this.database = database;
    this.keyRing = keyRing;
  }

  /**
   * The tenant of this id; call it on virtual threads.
   *
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the control database does not answer
   */
  public Optional<TenantEntry> find(UUID tenantId) {
    return Database.await(lookUp(tenantId), TIMEOUT);
  }

  /**
   * The tenant of this id, which must not be deleted; call it on virtual threads.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}
   */
  public TenantEntry existing(UUID tenantId) {
    return find(tenantId)
        .filter(tenant -> tenant.status() != TenantStatus.DELETED)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.TENANT_NOT_FOUND, "There is no tenant " + tenantId + "."));
  }

  /** The tenant of this id, for the event loop. Finds deleted tenants, too. */
  public CompletableFuture<Optional<TenantEntry>> lookUp(UUID tenantId) {
    return entries.get(tenantId, (id, executor) -> load(id));
  }

  /**
   * The tenant's status in the caller's transaction, not from the cache. Handlers compare a
   * message's claims about a tenant with it before they act.
   *
   * @return empty if the registry has no such tenant
   */
  public Optional<TenantStatus> status(Sql transaction, UUID tenantId) {
    return transaction.first(
        row -> TenantStatus.of(row.getString("status")),
        "SELECT status FROM control_plane.tenants_v1 WHERE tenant_id = $1",
        tenantId);
  }

  /** Discards the cached entry of the tenant. */
  public void forget(UUID tenantId) {
    entries.synchronous().invalidate(tenantId);
  }

  /**
   * The tenant's login; empty if it has no database.
   *
   * @throws KeyRing.UndecryptableException if no key of this service decrypts it
   */
  public Optional<ConnectionString> connection(TenantEntry tenant) {
    return tenant
        .connectionEncrypted()
        .map(encrypted -> keyRing.decrypt(encrypted.getBytes(), tenant.tenantId().toString()))
        .map(ConnectionString::new);
  }

  /**
   * {@link #connection} as options of the reactive client, with the root certificates of its
   * cluster.
   *
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the certificates are needed and cannot be
   *     read
   */
  public Optional<PgConnectOptions> connectOptions(TenantEntry tenant) {
    return connection(tenant)
        .map(
            connection ->
                connection
                    .login(connection.verifiesServer() ? rootCertificate(tenant) : Optional.empty())
                    .reactive());
  }

  private Optional<String> rootCertificate(TenantEntry tenant) {
    return database
        .first(
            row -> Optional.of(row.getString(0)),
            """
            SELECT ssl_root_certificate
            FROM control_plane.tenant_databases_v1
            WHERE tenant_id = $1
              AND ssl_root_certificate IS NOT NULL
            """,
            tenant.tenantId())
        .orElseThrow(
            () ->
                new DatabaseUnavailable(
                    "the cluster " + tenant.data().cluster() + " has no root certificate yet",
                    new IOException("the tenant's connection string requires one")));
  }

  private CompletableFuture<Optional<TenantEntry>> load(UUID tenantId) {
    return database
        .start(SELECT_TENANT, tenantId)
        .thenApply(rows -> rows.size() == 0 ? Optional.empty() : read(rows.iterator().next()));
  }

  private static Optional<TenantEntry> read(Row row) {
    return Optional.of(
        new TenantEntry(
            row.getUUID("tenant_id"),
            row.getString("name"),
            row.getString("environment"),
            TenantStatus.of(row.getString("status")),
            row.getString("blueprint"),
            row.getString("blueprint_version"),
            row.getString("region"),
            Optional.ofNullable(row.getString("database_name")).map(name -> TenantLocation.of(row)),
            Optional.ofNullable(row.getBuffer("connection_string_encrypted"))));
  }
}
