package io.tenantry.tenant.cluster;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.tenant.ConnectionString;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Updates stored connection strings after the host, port or TLS settings of their cluster were
 * changed. Each row records the version of its cluster's access, so the update can be interrupted
 * and continued by any replica; replicas skip rows that another one is updating.
 */
@Singleton
class ConnectionStringUpdates {

  private static final Logger LOG = Logger.getLogger(ConnectionStringUpdates.class);
  private static final int BATCH = 200;
  private static final UUID FIRST = new UUID(0, 0);

  private final Database database;
  private final KeyRing keyRing;

  ConnectionStringUpdates(Database database, KeyRing keyRing) {
    this.database = database;
    this.keyRing = keyRing;
  }

  /**
   * A tenant whose connection string may be outdated.
   *
   * @param isNew whether it was never compared with its cluster's access
   */
  private record Outdated(
      UUID tenantId,
      Buffer connection,
      boolean isNew,
      String host,
      int port,
      String sslMode,
      int accessVersion) {

    static Outdated of(Row row) {
      return new Outdated(
          row.getUUID("tenant_id"),
          row.getBuffer("connection_string_encrypted"),
          row.getBoolean("is_new"),
          row.getString("host"),
          row.getInteger("port"),
          row.getString("ssl_mode"),
          row.getInteger("access_version"));
    }
  }

  private record Updated(Outdated tenant, Buffer connection) {}

  @Scheduled(
      every = "${tenantry.cluster.connection-string-interval:1m}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void updateRegularly() {
    try {
      update();
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("connection strings could not be updated; retrying: %s", e.getMessage());
    }
  }

  /** Updates all outdated connection strings, one transaction per batch. */
  void update() {
    UUID last = FIRST;
    List<Outdated> batch;
    do {
      UUID after = last;
      batch = database.inTransaction(sql -> updateBatch(sql, after));
      last = batch.isEmpty() ? last : batch.getLast().tenantId();
    } while (batch.size() == BATCH);
  }

  private List<Outdated> updateBatch(Sql sql, UUID after) {
    List<Outdated> batch =
        sql.list(
            Outdated::of,
            """
            SELECT stored.tenant_id, stored.connection_string_encrypted,
              stored.access_version IS NULL AS is_new, cluster.host, cluster.port,
              cluster.ssl_mode, cluster.access_version
            FROM control_plane.tenant_databases AS stored
            JOIN control_plane.clusters AS cluster ON cluster.name = stored.cluster
            WHERE stored.connection_string_encrypted IS NOT NULL
              AND stored.access_version IS DISTINCT FROM cluster.access_version
              AND stored.tenant_id > $1
            ORDER BY stored.tenant_id
            LIMIT $2
            FOR UPDATE OF stored SKIP LOCKED
            """,
            after,
            BATCH);
    List<Updated> updated = new ArrayList<>();
    batch.forEach(tenant -> update(tenant, updated));
    if (!updated.isEmpty()) {
      store(sql, updated);
    }
    return batch;
  }

  private void update(Outdated tenant, List<Updated> updated) {
    String context = tenant.tenantId().toString();
    try {
      ConnectionString before =
          new ConnectionString(keyRing.decrypt(tenant.connection().getBytes(), context));
      ConnectionString now = before.at(tenant.host(), tenant.port(), tenant.sslMode());
      // Services with open connections detect a change by the ciphertext, including a change of the
      // certificate, which is not part of the connection string.
      boolean unchanged = tenant.isNew() && now.equals(before);
      updated.add(
          new Updated(
              tenant,
              unchanged
                  ? tenant.connection()
                  : Buffer.buffer(keyRing.encrypt(now.url(), context))));
    } catch (KeyRing.UndecryptableException | IllegalArgumentException e) {
      LOG.errorf("connection string could not be updated tenant=%s: %s", context, e.getMessage());
    }
  }

  private static void store(Sql sql, List<Updated> updated) {
    sql.run(
        """
        UPDATE control_plane.tenant_databases AS stored
        SET host = updated.host, port = updated.port, access_version = updated.access_version,
          connection_string_encrypted = updated.connection,
          encryption_key_id = updated.encryption_key_id
        FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::bytea[], $6::integer[])
          AS updated (tenant_id, host, port, access_version, connection, encryption_key_id)
        WHERE stored.tenant_id = updated.tenant_id
        """,
        updated.stream().map(each -> each.tenant().tenantId()).toArray(UUID[]::new),
        updated.stream().map(each -> each.tenant().host()).toArray(String[]::new),
        updated.stream().map(each -> each.tenant().port()).toArray(Integer[]::new),
        updated.stream().map(each -> each.tenant().accessVersion()).toArray(Integer[]::new),
        updated.stream().map(Updated::connection).toArray(Buffer[]::new),
        updated.stream()
            .map(each -> KeyRing.keyIdOf(each.connection().getBytes()))
            .toArray(Integer[]::new));
    LOG.infof("connection strings updated tenants=%d", updated.size());
  }
}
