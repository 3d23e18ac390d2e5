package io.tenantry.tenant.cluster;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Stores the registered clusters and regions. */
@Singleton
final class ClusterStore {

  private static final String SELECT_CLUSTER =
      """
      SELECT name, region, host, port, maintenance_database, admin_user, ssl_mode, status, capacity,
        tenants, created_at, updated_at
      FROM control_plane.clusters
      """;

  private final Database database;
  private final KeyRing keyRing;

  ClusterStore(Database database, KeyRing keyRing) {
    this.database = database;
    this.keyRing = keyRing;
  }

  UUID installationId() {
    return database.one(
        row -> row.getUUID(0), "SELECT installation_id FROM control_plane.installation");
  }

  Set<String> regions() {
    return database.list(row -> row.getString(0), "SELECT name FROM control_plane.regions").stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  void addRegion(String name) {
    database.run("INSERT INTO control_plane.regions VALUES ($1) ON CONFLICT DO NOTHING", name);
  }

  Optional<RegisteredCluster> find(String name) {
    return database.first(ClusterStore::read, SELECT_CLUSTER + "WHERE name = $1", name);
  }

  List<RegisteredCluster> all() {
    return database.list(ClusterStore::read, SELECT_CLUSTER + "ORDER BY name");
  }

  /**
   * Registers a cluster.
   *
   * @throws io.tenantry.kernel.db.SqlError by the constraint {@code clusters_pkey} or {@code
   *     clusters_host_port_key} if the name, or the host and port, are already registered
   */
  void insert(ClusterAccess access, int capacity, String status) {
    insert(access, capacity, status, "");
  }

  /** Registers a cluster, or updates the access of the existing one with this name. */
  void put(ClusterAccess access, int capacity) {
    insert(
        access,
        capacity,
        RegisteredCluster.ACTIVE,
        """
        ON CONFLICT (name) DO UPDATE
        SET region = excluded.region, host = excluded.host, port = excluded.port,
          maintenance_database = excluded.maintenance_database, ssl_mode = excluded.ssl_mode,
          admin_user = excluded.admin_user,
          admin_password_encrypted = excluded.admin_password_encrypted,
          encryption_key_id = excluded.encryption_key_id, updated_at = now(),
          ssl_root_certificate = excluded.ssl_root_certificate,
          access_version = clusters.access_version
            + ((clusters.host, clusters.port, clusters.ssl_mode, clusters.ssl_root_certificate)
              IS DISTINCT FROM
              (excluded.host, excluded.port, excluded.ssl_mode, excluded.ssl_root_certificate)
            )::integer
        """);
  }

  private void insert(ClusterAccess access, int capacity, String status, String onConflict) {
    byte[] password =
        keyRing.encrypt(access.adminPassword(), ClusterAccess.encryptionContext(access.name()));
    database.run(
        """
        INSERT INTO control_plane.clusters
          (name, region, host, port, maintenance_database, ssl_mode, admin_user,
           admin_password_encrypted, encryption_key_id, capacity, ssl_root_certificate,
           status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """
            + onConflict,
        access.name(),
        access.region(),
        access.host(),
        access.port(),
        access.maintenanceDatabase(),
        access.sslMode(),
        access.adminUser(),
        Buffer.buffer(password),
        KeyRing.keyIdOf(password),
        capacity,
        access.sslRootCertificate(),
        status);
  }

  /** Sets whether new tenants are placed on a cluster. */
  void setStatus(String name, String status) {
    database.run(
        "UPDATE control_plane.clusters SET status = $2, updated_at = now() WHERE name = $1",
        name,
        status);
  }

  /**
   * Changes a cluster, unless it has been changed since it was read.
   *
   * @param before the cluster as it was read
   * @return false if it was changed or deleted in the meantime
   * @throws io.tenantry.kernel.db.SqlError by the constraint {@code clusters_host_port_key} if
   *     another cluster has this host and port
   */
  boolean update(
      RegisteredCluster before,
      ClusterAccess access,
      Optional<String> status,
      Optional<Integer> capacity) {
    byte[] password =
        keyRing.encrypt(access.adminPassword(), ClusterAccess.encryptionContext(access.name()));
    return database.changedOne(
        """
        UPDATE control_plane.clusters
        SET status = coalesce($3, status), capacity = coalesce($4, capacity),
          host = $5, port = $6, maintenance_database = $7, ssl_mode = $8,
          ssl_root_certificate = $9, admin_user = $10, admin_password_encrypted = $11,
          encryption_key_id = $12, updated_at = now(),
          access_version = access_version
            + ((host, port, ssl_mode, ssl_root_certificate)
              IS DISTINCT FROM ($5, $6, $8, $9))::integer
        WHERE name = $1
          AND updated_at = $2
        """,
        before.name(),
        before.updatedAt(),
        status,
        capacity,
        access.host(),
        access.port(),
        access.maintenanceDatabase(),
        access.sslMode(),
        access.sslRootCertificate(),
        access.adminUser(),
        Buffer.buffer(password),
        KeyRing.keyIdOf(password));
  }

  /** Deletes a cluster without tenants; returns whether it was deleted. */
  boolean delete(String name) {
    return database.changedOne(
        "DELETE FROM control_plane.clusters WHERE name = $1 AND tenants = 0", name);
  }

  private static RegisteredCluster read(Row row) {
    return new RegisteredCluster(
        row.getString("name"),
        row.getString("region"),
        row.getString("host"),
        row.getInteger("port"),
        row.getString("maintenance_database"),
        row.getString("admin_user"),
        row.getString("ssl_mode"),
        row.getString("status"),
        row.getInteger("capacity"),
        row.getInteger("tenants"),
        Columns.instant(row, "created_at"),
        Columns.instant(row, "updated_at"));
  }
}
