package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.cluster.Cluster;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Stores the entries of the warm pool. An entry is inserted before its database is created, and
 * deleted when a tenant claims it or after its database was dropped.
 */
@Singleton
final class PoolStore {

  private final Database database;
  private final Leases leases;
  private final KeyRing keyRing;

  PoolStore(Database database, Leases leases, KeyRing keyRing) {
    this.database = database;
    this.leases = leases;
    this.keyRing = keyRing;
  }

  /** The blueprint version and cluster of pool entries. */
  record PoolKey(String blueprint, String version, String cluster) {

    static PoolKey of(Blueprint blueprint, Cluster cluster) {
      return new PoolKey(blueprint.name(), blueprint.version(), cluster.name());
    }
  }

  /** A ready entry: the id of the future tenant, and the encrypted connection string. */
  record Entry(UUID tenantId, Buffer connectionString) {}

  /**
   * The lock's key. It must not change: replicas of different versions exclude each other with it.
   */
  private static String lockOf(PoolKey key) {
    return "pool Shelf[blueprint=%s, version=%s, cluster=%s]"
        .formatted(key.blueprint(), key.version(), key.cluster());
  }

  /**
   * Inserts as many entries as are missing, leased to this replica, before they are built. A lock
   * across replicas prevents that together they plan too many.
   *
   * @param locations candidates, of which the first are inserted
   * @return the number of inserted entries
   */
  int plan(PoolKey key, int size, List<LocationPlan> locations) {
    return database.inTransaction(
        sql -> {
          sql.run("SELECT pg_advisory_xact_lock(hashtext($1))", lockOf(key));
          // Another replica may have just drained the cluster to delete it.
          int missing = takesTenants(sql, key) ? size - count(sql, key, "building", "ready") : 0;
          List<LocationPlan> planned =
              locations.subList(0, Math.clamp(missing, 0, locations.size()));
          planned.forEach(location -> insert(sql, key, location));
          return planned.size();
        });
  }

  private static boolean takesTenants(Sql sql, PoolKey key) {
    return sql.exists(
        "SELECT FROM control_plane.clusters WHERE name = $1 AND status = 'active'", key.cluster());
  }

  private static int count(Sql sql, PoolKey key, String... statuses) {
    return sql.one(
        row -> row.getInteger(0),
        """
        SELECT count(*)
        FROM control_plane.pool_entries
        WHERE blueprint = $1
          AND blueprint_version = $2
          AND cluster = $3
          AND status = ANY ($4)
        """,
        key.blueprint(),
        key.version(),
        key.cluster(),
        statuses);
  }

  private void insert(Sql sql, PoolKey key, LocationPlan location) {
    sql.send(
        """
        INSERT INTO control_plane.pool_entries
          (tenant_id, blueprint, blueprint_version, cluster, database_name, schema_name, role_name,
           lease_owner, lease_expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))
        """,
        location.tenantId(),
        key.blueprint(),
        key.version(),
        key.cluster(),
        location.database(),
        location.schema(),
        location.credentials().role(),
        leases.replica(),
        leases.seconds());
  }

  /**
   * Marks an entry that this replica has built as ready to be claimed.
   *
   * @return false if its lease has expired; another replica removes it then
   */
  boolean makeReady(LocationPlan location) {
    byte[] encrypted = keyRing.encrypt(location.connectionString(), location.tenantId().toString());
    return database.changedOne(
        """
        UPDATE control_plane.pool_entries
        SET status = 'ready', connection_string_encrypted = $3, encryption_key_id = $4,
          lease_owner = NULL, lease_expires_at = NULL
        WHERE tenant_id = $1
          AND status = 'building'
          AND lease_owner = $2
        """,
        location.tenantId(),
        leases.replica(),
        Buffer.buffer(encrypted),
        KeyRing.keyIdOf(encrypted));
  }

  /** Locks the oldest ready entry that no other transaction has locked. */
  Optional<Entry> take(Sql sql, PoolKey key) {
    return sql.first(
        row -> new Entry(row.getUUID(0), row.getBuffer(1)),
        """
        SELECT tenant_id, connection_string_encrypted
        FROM control_plane.pool_entries
        WHERE blueprint = $1
          AND blueprint_version = $2
          AND cluster = $3
          AND status = 'ready'
        ORDER BY tenant_id
        LIMIT 1
        FOR UPDATE SKIP LOCKED
        """,
        key.blueprint(),
        key.version(),
        key.cluster());
  }

  /** Deletes an entry that a tenant has claimed, or whose objects were dropped. */
  void delete(Sql sql, UUID tenantId) {
    sql.send("DELETE FROM control_plane.pool_entries WHERE tenant_id = $1", tenantId);
  }

  /** Deletes an entry whose objects were dropped. */
  void delete(UUID tenantId) {
    delete(database, tenantId);
  }

  /** Discards an entry: it cannot be claimed, and its objects are dropped later. */
  void discard(UUID tenantId) {
    database.run(
        """
        UPDATE control_plane.pool_entries
        SET status = 'discarded', connection_string_encrypted = NULL, encryption_key_id = NULL,
          lease_owner = NULL, lease_expires_at = NULL
        WHERE tenant_id = $1
        """,
        tenantId);
  }

  /** Discards all ready entries of a cluster. */
  void discardOn(String cluster) {
    database.run(
        """
        UPDATE control_plane.pool_entries
        SET status = 'discarded', connection_string_encrypted = NULL, encryption_key_id = NULL
        WHERE cluster = $1
          AND status = 'ready'
        """,
        cluster);
  }

  /** The number of entries on a cluster, in any status. */
  int countOn(String cluster) {
    return database.one(
        row -> row.getInteger(0),
        "SELECT count(*) FROM control_plane.pool_entries WHERE cluster = $1",
        cluster);
  }

  /** Deletes the records of all entries on a cluster; their objects stay on the server. */
  void forgetOn(String cluster) {
    database.run("DELETE FROM control_plane.pool_entries WHERE cluster = $1", cluster);
  }

  /** Discards ready entries with other keys, except those on the given other clusters. */
  void discardOthers(Collection<PoolKey> keys, Collection<String> others) {
    database.run(
        """
        UPDATE control_plane.pool_entries
        SET status = 'discarded', connection_string_encrypted = NULL, encryption_key_id = NULL
        WHERE tenant_id IN (
          SELECT tenant_id
          FROM control_plane.pool_entries
          WHERE status = 'ready'
            AND (blueprint, blueprint_version, cluster) NOT IN (
              SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
            )
            AND cluster <> ALL ($4::text[])
          FOR UPDATE SKIP LOCKED
        )
        """,
        keys.stream().map(PoolKey::blueprint).toArray(String[]::new),
        keys.stream().map(PoolKey::version).toArray(String[]::new),
        keys.stream().map(PoolKey::cluster).toArray(String[]::new),
        others.toArray(String[]::new));
  }

  /**
   * Leases entries to be removed on a cluster: discarded entries, and entries of failed replicas,
   * but none that this replica is still working on.
   */
  List<TenantDatabase> takeDiscarded(String cluster, int atMost) {
    return database.list(
        TenantDatabase::of,
        """
        UPDATE control_plane.pool_entries
        SET status = 'discarded', lease_owner = $1,
          lease_expires_at = now() + make_interval(secs => $2)
        WHERE tenant_id IN (
          SELECT tenant_id
          FROM control_plane.pool_entries
          WHERE status <> 'ready'
            AND cluster = $4
            AND (lease_expires_at IS NULL OR lease_expires_at < now())
            AND tenant_id <> ALL ($5)
          ORDER BY tenant_id
          LIMIT $3
          FOR UPDATE SKIP LOCKED
        )
        RETURNING tenant_id, cluster, database_name, schema_name, role_name
        """,
        leases.replica(),
        leases.seconds(),
        atMost,
        cluster,
        leases.held());
  }

  /** The number of ready entries with this key. */
  int ready(PoolKey key) {
    return count(database, key, "ready");
  }
}
