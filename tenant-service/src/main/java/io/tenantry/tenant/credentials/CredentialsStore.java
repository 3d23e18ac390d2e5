package io.tenantry.tenant.credentials;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.provisioning.Leases;
import io.tenantry.tenant.provisioning.TenantDatabase;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores tenants' credentials and the state of their rotation. */
@Singleton
final class CredentialsStore {

  private static final String TARGET =
      """
      tenant.tenant_id, cluster, database_name, schema_name, role_name,
      coalesce(login_role, role_name) AS login_role, former_role
      """;

  private static final String RELEASE =
      """
      UPDATE control_plane.tenants
      SET lease_owner = NULL, lease_expires_at = NULL
      WHERE tenant_id = $1
        AND lease_owner = $2
      """;

  private final Database database;
  private final Leases leases;
  private final KeyRing keyRing;
  private final Outbox outbox;

  CredentialsStore(Database database, Leases leases, KeyRing keyRing, Outbox outbox) {
    this.database = database;
    this.leases = leases;
    this.keyRing = keyRing;
    this.outbox = outbox;
  }

  /**
   * Acquires the lease of an active tenant for a rotation.
   *
   * @param revokePrevious whether credentials that the last rotation left valid may be revoked now
   * @return empty if the tenant does not exist
   * @throws TenantryException {@code TENANT_BUSY}, or {@code ROTATION_IN_PROGRESS}
   */
  Optional<Rotation> startRotation(UUID tenantId, boolean revokePrevious) {
    return database.inTransaction(
        sql -> {
          for (Row row :
              sql.run(
                  """
                  SELECT status, lease_expires_at > now() AS leased,
                    former_expires_at > now() AS overlaps, former_expires_at,\s
                  """
                      + TARGET
                      + """
                        FROM control_plane.tenants AS tenant
                        JOIN control_plane.tenant_databases USING (tenant_id)
                        WHERE tenant.tenant_id = $1
                        FOR UPDATE OF tenant
                        """,
                  tenantId)) {
            requireRotatable(row, revokePrevious);
            sql.send(
                """
                UPDATE control_plane.tenants
                SET lease_owner = $2, lease_expires_at = now() + make_interval(secs => $3)
                WHERE tenant_id = $1
                """,
                tenantId,
                leases.replica(),
                leases.seconds());
            return Optional.of(new Rotation(target(row), row.getString("login_role")));
          }
          return Optional.empty();
        });
  }

  private static void requireRotatable(Row row, boolean revokePrevious) {
    if (TenantStatus.of(row.getString("status")) != TenantStatus.ACTIVE) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY,
          "The tenant is "
              + row.getString("status")
              + "; credentials are rotated only while it is active.");
    }
    if (Boolean.TRUE.equals(row.getBoolean("leased"))) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY, "Another change of the tenant is in progress; try again.");
    }
    if (Boolean.TRUE.equals(row.getBoolean("overlaps")) && !revokePrevious) {
      throw new TenantryException(
          ErrorCode.ROTATION_IN_PROGRESS,
          "The previous credentials are valid until %s; wait, or revoke them now with overlap_seconds 0."
              .formatted(Columns.instant(row, "former_expires_at")));
    }
  }

  /**
   * Stores the new connection string and the expiry of the previous credentials, and releases the
   * lease.
   *
   * @return when the previous credentials expire
   * @throws IllegalStateException if this replica has lost the lease
   */
  Instant completeRotation(Rotation rotation, String connectionString, Duration overlap) {
    UUID tenantId = rotation.target().tenantId();
    byte[] encrypted = keyRing.encrypt(connectionString, tenantId.toString());
    return database.inTransaction(
        sql -> {
          if (!sql.changedOne(RELEASE, tenantId, leases.replica())) {
            throw new IllegalStateException("the lease expired and another replica took over");
          }
          outbox.append(sql, new TenantEvent.CredentialsRotated(tenantId, rotation.next()));
          return sql.one(
              row -> row.getOffsetDateTime(0).toInstant(),
              """
              UPDATE control_plane.tenant_databases
              SET connection_string_encrypted = $2, encryption_key_id = $3, login_role = $4,
                former_role = $5, former_expires_at = now() + make_interval(secs => $6),
                access_version = NULL
              WHERE tenant_id = $1
              RETURNING former_expires_at
              """,
              tenantId,
              Buffer.buffer(encrypted),
              KeyRing.keyIdOf(encrypted),
              rotation.next(),
              rotation.login(),
              overlap);
        });
  }

  /**
   * Acquires the leases of up to {@code atMost} tenants whose previous credentials have expired.
   */
  List<TenantDatabase> startRetirements(int atMost) {
    return database.list(
        row -> target(row, row.getString("former_role")),
        """
        UPDATE control_plane.tenants AS tenant
        SET lease_owner = $1, lease_expires_at = now() + make_interval(secs => $2)
        FROM control_plane.tenant_databases
        WHERE tenant_databases.tenant_id = tenant.tenant_id
          AND tenant.tenant_id IN (
            SELECT tenant_id
            FROM control_plane.tenant_databases
            JOIN control_plane.tenants USING (tenant_id)
            WHERE former_expires_at <= now()
              AND status IN ('active', 'suspended')
              AND lease_expires_at IS NULL
            ORDER BY former_expires_at
            LIMIT $3
            FOR UPDATE OF tenants SKIP LOCKED
          )
        RETURNING\s
        """
            + TARGET,
        leases.replica(),
        leases.seconds(),
        atMost);
  }

  /** Deletes the record of the previous credentials, and releases the lease. */
  void completeRetirement(UUID tenantId) {
    database.transact(
        sql -> {
          if (sql.changedOne(RELEASE, tenantId, leases.replica())) {
            sql.send(
                """
                UPDATE control_plane.tenant_databases
                SET former_role = NULL, former_expires_at = NULL
                WHERE tenant_id = $1
                """,
                tenantId);
          }
        });
  }

  /** The connection string of a tenant; empty if it has none. */
  Optional<CredentialsResource.Connection> connection(UUID tenantId) {
    return database.first(
        row ->
            new CredentialsResource.Connection(
                keyRing.decrypt(row.getBuffer(0).getBytes(), tenantId.toString()),
                Optional.ofNullable(row.getString(1))),
        """
        SELECT connection_string_encrypted, ssl_root_certificate
        FROM control_plane.tenant_databases
        JOIN control_plane.clusters ON clusters.name = tenant_databases.cluster
        WHERE tenant_id = $1
          AND connection_string_encrypted IS NOT NULL
        """,
        tenantId);
  }

  private static TenantDatabase target(Row row) {
    return target(row, row.getString("role_name"));
  }

  private static TenantDatabase target(Row row, String role) {
    return new TenantDatabase(
        row.getUUID("tenant_id"),
        row.getString("cluster"),
        row.getString("database_name"),
        Optional.ofNullable(row.getString("schema_name")),
        role);
  }
}
