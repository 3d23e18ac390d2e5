package io.tenantry.tenant.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.cluster.Cluster;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads and changes the registry for recovery. */
@Singleton
final class RecoveryStore {

  /** How long the previous credentials stay valid after new ones were created. */
  private static final Duration OVERLAP = Duration.ofDays(7);

  private final Database database;
  private final KeyRing keyRing;
  private final Outbox outbox;

  RecoveryStore(Database database, KeyRing keyRing, Outbox outbox) {
    this.database = database;
    this.keyRing = keyRing;
    this.outbox = outbox;
  }

  /** All tenants, by id. */
  Map<UUID, RegistryTenant> tenants() {
    Map<UUID, RegistryTenant> tenants = new HashMap<>();
    database
        .run(
            """
            SELECT tenant_id, status, blueprint, blueprint_version, cluster, role_name,
              connection_string_encrypted
            FROM control_plane.tenants
            LEFT JOIN control_plane.tenant_databases USING (tenant_id)
            """)
        .forEach(row -> tenants.put(row.getUUID("tenant_id"), tenant(row)));
    return tenants;
  }

  private RegistryTenant tenant(Row row) {
    UUID tenantId = row.getUUID("tenant_id");
    return new RegistryTenant(
        tenantId,
        TenantStatus.of(row.getString("status")),
        row.getString("blueprint"),
        row.getString("blueprint_version"),
        Optional.ofNullable(row.getString("cluster")),
        Optional.ofNullable(row.getString("role_name")),
        Optional.ofNullable(row.getBuffer("connection_string_encrypted"))
            .map(secret -> keyRing.decrypt(secret.getBytes(), tenantId.toString())));
  }

  /**
   * The pool entries on a cluster, with the names of their roles, except those that a replica is
   * building or removing.
   */
  Map<UUID, String> poolEntries(String cluster) {
    Map<UUID, String> entries = new HashMap<>();
    database
        .run(
            """
            SELECT tenant_id, role_name
            FROM control_plane.pool_entries
            WHERE cluster = $1
              AND (lease_expires_at IS NULL OR lease_expires_at < now())
            """,
            cluster)
        .forEach(row -> entries.put(row.getUUID(0), row.getString(1)));
    return entries;
  }

  /**
   * Deletes the record of a pool entry, without dropping its objects. An entry that a replica is
   * building or removing is kept; one that is being claimed is deleted only if the claim fails.
   */
  void forgetPoolEntry(UUID tenantId) {
    database.run(
        """
        DELETE FROM control_plane.pool_entries
        WHERE tenant_id = $1
          AND (lease_expires_at IS NULL OR lease_expires_at < now())
        """,
        tenantId);
  }

  /**
   * New credentials of a tenant.
   *
   * @param role their login role
   * @param previous the previous login role, which stays valid for some days
   */
  record NewLogin(String connectionString, String role, String previous) {

    /** Without the password. */
    @Override
    public String toString() {
      return "NewLogin[role=" + role + "]";
    }
  }

  /**
   * Inserts a tenant that is missing in the registry, or completes the one that is being
   * provisioned there, whose services and job are kept; without its external id if another tenant
   * has taken that.
   *
   * @param replica the replica that must have the lease of the tenant that is being provisioned
   * @param details the tenant's details in the cluster's catalog
   * @return the tenant's name, which is changed if another tenant has taken it
   * @throws IllegalStateException if the replica does not have the lease
   */
  String adopt(
      Cluster cluster,
      RecoveryPlanner.FoundTenant found,
      Optional<UUID> replica,
      JsonNode details,
      Blueprint blueprint,
      NewLogin login) {
    UUID tenantId = found.tenantId();
    byte[] encrypted = keyRing.encrypt(login.connectionString(), tenantId.toString());
    return database.inTransaction(
        sql -> {
          replica.ifPresent(holder -> requireLease(sql, tenantId, holder));
          String name = freeName(sql, tenantId, details);
          sql.run("DELETE FROM control_plane.pool_entries WHERE tenant_id = $1", tenantId);
          sql.run(
              """
              DELETE FROM control_plane.tenants
              WHERE tenant_id = $1
                AND NOT (status IN ('provisioning', 'rolling_back') AND EXISTS (
                  SELECT
                  FROM control_plane.tenant_databases
                  WHERE tenant_databases.tenant_id = tenants.tenant_id
                    AND cluster = $2
                ))
              """,
              tenantId,
              cluster.name());
          sql.run(
              """
              INSERT INTO control_plane.tenants
                (tenant_id, name, environment, status, blueprint, blueprint_version, region, owner_id, organization_id, metadata,
                 external_id)
              VALUES ($1, $2, $3, $10, $4, $5, $6, $7, $8, $9::text::jsonb,
                (SELECT $11::text WHERE NOT EXISTS (
                  SELECT FROM control_plane.tenants
                  WHERE external_id = $11 AND status <> 'deleted' AND tenant_id <> $1)))
              ON CONFLICT (tenant_id) DO UPDATE
              SET name = excluded.name, environment = excluded.environment, status = excluded.status,
                blueprint = excluded.blueprint, blueprint_version = excluded.blueprint_version,
                region = excluded.region, owner_id = excluded.owner_id,
                organization_id = excluded.organization_id, metadata = excluded.metadata,
                external_id = excluded.external_id, registered_at = NULL, lease_owner = NULL,
                lease_expires_at = NULL, updated_at = now()
              """,
              tenantId,
              name,
              details.path("environment").asText(),
              blueprint.name(),
              blueprint.version(),
              details.path("region").asText(),
              text(details, "owner_id"),
              text(details, "organization_id"),
              details.path("metadata").isObject() ? details.path("metadata").toString() : "{}",
              (isSuspended(details) ? TenantStatus.SUSPENDED : TenantStatus.ACTIVE).toString(),
              text(details, "external_id"));
          reserveCapacity(
              sql,
              cluster.name(),
              () ->
                  sql.run(
                      """
                      INSERT INTO control_plane.tenant_databases
                        (tenant_id, cluster, host, port, database_name, schema_name, role_name,
                         connection_string_encrypted, encryption_key_id, login_role, former_role, former_expires_at)
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + make_interval(secs => $12))
                      ON CONFLICT (tenant_id) DO UPDATE
                      SET connection_string_encrypted = excluded.connection_string_encrypted,
                        encryption_key_id = excluded.encryption_key_id, login_role = excluded.login_role,
                        former_role = excluded.former_role, former_expires_at = excluded.former_expires_at
                      """,
                      tenantId,
                      cluster.name(),
                      cluster.host(),
                      cluster.port(),
                      found.database(),
                      found.schema() ? found.role() : null,
                      found.role(),
                      Buffer.buffer(encrypted),
                      KeyRing.keyIdOf(encrypted),
                      login.role(),
                      login.previous(),
                      (double) OVERLAP.toSeconds()));
          sql.run(
              """
              INSERT INTO control_plane.tenant_resources (tenant_id, resource, quota)
              VALUES ($1, 'databases', $2), ($1, 'api_keys', $3), ($1, 'services', $4)
              ON CONFLICT (tenant_id, resource) DO UPDATE SET quota = excluded.quota
              """,
              tenantId,
              blueprint.quotas().databases(),
              blueprint.quotas().apiKeys(),
              blueprint.quotas().services());
          sql.run(
              """
              UPDATE control_plane.provisioning_steps
              SET status = 'completed', attempts = greatest(attempts, 1),
                started_at = coalesce(started_at, now()), finished_at = coalesce(finished_at, now())
              WHERE tenant_id = $1
              """,
              tenantId);
          outbox.append(
              sql,
              new TenantEvent.Provisioned(
                  tenantId,
                  name,
                  details.path("environment").asText(),
                  blueprint.name(),
                  blueprint.version(),
                  details.path("region").asText(),
                  blueprint.backup()));
          return name;
        });
  }

  private static void requireLease(Sql sql, UUID tenantId, UUID replica) {
    if (!sql.exists(
        """
        SELECT
        FROM control_plane.tenants
        WHERE tenant_id = $1
          AND lease_owner = $2
          AND status IN ('provisioning', 'rolling_back')
        FOR UPDATE
        """,
        tenantId,
        replica)) {
      throw new IllegalStateException("the tenant is no longer this replica's to complete");
    }
  }

  /** Whether the tenant was suspended when its details were last synchronized. */
  static boolean isSuspended(JsonNode details) {
    return details.path("status").asText().equals(TenantStatus.SUSPENDED.toString());
  }

  /** Inserts an existing tenant also if its cluster is full or draining. */
  private static void reserveCapacity(Sql sql, String cluster, Runnable insert) {
    Row before =
        sql.one(
            row -> row,
            "SELECT status, capacity FROM control_plane.clusters WHERE name = $1 FOR UPDATE",
            cluster);
    sql.run(
        "UPDATE control_plane.clusters SET status = 'active', capacity = tenants + 1 WHERE name = $1",
        cluster);
    insert.run();
    sql.run("SET CONSTRAINTS ALL IMMEDIATE");
    sql.run(
        "UPDATE control_plane.clusters SET status = $2, capacity = $3 WHERE name = $1",
        cluster,
        before.getString(0),
        before.getInteger(1));
  }

  private static String freeName(Sql sql, UUID tenantId, JsonNode details) {
    String name = details.path("name").asText();
    boolean taken =
        sql.exists(
            """
            SELECT FROM control_plane.tenants
            WHERE environment = $1 AND name = $2 AND status <> 'deleted' AND tenant_id <> $3
            """,
            details.path("environment").asText(),
            name,
            tenantId);
    return taken ? name + "-recovered-" + tenantId.toString().substring(24) : name;
  }

  private static Optional<String> text(JsonNode details, String field) {
    JsonNode value = details.path(field);
    return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }

  /** Stores new credentials of a tenant in the registry. */
  void storeCredentials(UUID tenantId, NewLogin login) {
    byte[] encrypted = keyRing.encrypt(login.connectionString(), tenantId.toString());
    database.transact(
        sql -> {
          sql.run(
              """
              UPDATE control_plane.tenant_databases
              SET connection_string_encrypted = $2, encryption_key_id = $3, login_role = $4,
                former_role = $5, former_expires_at = now() + make_interval(secs => $6)
              WHERE tenant_id = $1
              """,
              tenantId,
              Buffer.buffer(encrypted),
              KeyRing.keyIdOf(encrypted),
              login.role(),
              login.previous(),
              (double) OVERLAP.toSeconds());
          outbox.append(sql, new TenantEvent.CredentialsRotated(tenantId, login.role()));
        });
  }

  void setVersion(UUID tenantId, String version) {
    database.run(
        "UPDATE control_plane.tenants SET blueprint_version = $2, updated_at = now() WHERE tenant_id = $1",
        tenantId,
        version);
  }

  /** Replaces a tenant that was deleted after the backup with a tombstone. */
  void recordDeletion(UUID tenantId) {
    database.transact(
        sql -> {
          for (Row row :
              sql.run(
                  """
                  UPDATE control_plane.tenants
                  SET status = 'deleted', deleted_at = now(), updated_at = now(),
                    lease_owner = NULL, lease_expires_at = NULL
                  WHERE tenant_id = $1
                  RETURNING name, environment
                  """,
                  tenantId)) {
            for (String table : List.of("tenant_databases", "tenant_services", "api_keys")) {
              sql.run("DELETE FROM control_plane." + table + " WHERE tenant_id = $1", tenantId);
            }
            outbox.append(
                sql,
                new TenantEvent.Deleted(
                    tenantId, row.getString("name"), row.getString("environment")));
          }
        });
  }

  /** Suspends a tenant that is in deletion in the registry. */
  void suspend(UUID tenantId) {
    database.transact(
        sql -> {
          sql.run(
              "UPDATE control_plane.deletions SET failure = 'RECOVERY_MODE' WHERE tenant_id = $1",
              tenantId);
          sql.run(
              """
              UPDATE control_plane.tenants
              SET status = 'suspended', updated_at = now(), lease_owner = NULL, lease_expires_at = NULL
              WHERE tenant_id = $1 AND status = 'deleting'
              """,
              tenantId);
        });
  }

  /**
   * Takes over an installation; false if the registry is not empty. Tenants and pool entries whose
   * creation the clusters refused do not count and are deleted.
   */
  boolean takeInstallation(UUID installation) {
    return database.inTransaction(
        sql -> {
          boolean taken =
              sql.changedOne(
                  """
                  UPDATE control_plane.installation
                  SET installation_id = $1
                  WHERE NOT EXISTS (SELECT FROM control_plane.tenants WHERE status <> 'rolling_back')
                    AND NOT EXISTS (SELECT FROM control_plane.pool_entries WHERE status = 'ready')
                  """,
                  installation);
          if (taken) {
            sql.run("DELETE FROM control_plane.tenants WHERE status = 'rolling_back'");
            sql.run("DELETE FROM control_plane.pool_entries WHERE status <> 'ready'");
          }
          return taken;
        });
  }

  /** Ends recovery mode with a generation higher than all known ones; returns it. */
  long end(long highest) {
    return database.one(
        row -> row.getLong(0),
        """
        UPDATE control_plane.installation
        SET generation = greatest(generation, seen_generation, $1) + 1, recovery_since = NULL, recovery_reason = NULL,
          recovered_at = now()
        RETURNING generation
        """,
        highest);
  }
}
