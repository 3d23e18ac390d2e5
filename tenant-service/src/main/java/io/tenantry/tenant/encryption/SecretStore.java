package io.tenantry.tenant.encryption;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads and replaces the encrypted secrets of all tables. */
@Singleton
final class SecretStore {

  private final Database database;

  SecretStore(Database database) {
    this.database = database;
  }

  /** An encrypted secret in a row of a table. */
  record Secret(String rowId, Buffer ciphertext) {}

  /** A secret and its new ciphertext. */
  record Rewrapped(Secret previous, Buffer ciphertext) {}

  /** The number of stored secrets by the id of the key that encrypted them. */
  Map<Integer, Long> countsByKey() {
    Map<Integer, Long> counts = new TreeMap<>();
    database
        .run(
            Arrays.stream(SecretTable.values())
                .map(table -> "SELECT encryption_key_id FROM " + table.table())
                .collect(
                    Collectors.joining(
                        " UNION ALL ",
                        "SELECT encryption_key_id, count(*) FROM (",
                        ") AS secrets WHERE encryption_key_id IS NOT NULL GROUP BY encryption_key_id")))
        .forEach(row -> counts.put(row.getInteger(0), row.getLong(1)));
    return counts;
  }

  /** When the keys were the newest one for the first time, by their ids. */
  Map<Integer, Instant> firstUses() {
    Map<Integer, Instant> times = new HashMap<>();
    database
        .run("SELECT key_id, first_used_at FROM control_plane.encryption_keys")
        .forEach(row -> times.put(row.getInteger(0), Columns.instant(row, "first_used_at")));
    return times;
  }

  /** Secrets that were not encrypted with this key, ordered by row id, after the given row id. */
  List<Secret> findNotEncryptedWith(int keyId, SecretTable table, String after, int limit) {
    return database.list(
        SecretStore::secret,
        """
        SELECT %1$s AS row_id, %2$s AS ciphertext
        FROM %3$s
        WHERE encryption_key_id <> $1
          AND %1$s > $2
        ORDER BY %1$s
        LIMIT $3
        """
            .formatted(table.id(), table.secret(), table.table()),
        keyId,
        after,
        limit);
  }

  private static Secret secret(Row row) {
    return new Secret(row.getString("row_id"), row.getBuffer("ciphertext"));
  }

  /** Replaces secrets that have not changed since they were read; returns their number. */
  int replace(SecretTable table, int keyId, List<Rewrapped> secrets) {
    return database.changed(
        """
        UPDATE %3$s AS stored
        SET %2$s = rewrapped.ciphertext, encryption_key_id = $1
        FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS rewrapped (row_id, former, ciphertext)
        WHERE stored.%1$s = rewrapped.row_id
          AND stored.%2$s = rewrapped.former
        """
            .formatted(table.id(), table.secret(), table.table()),
        keyId,
        secrets.stream().map(s -> s.previous().rowId()).toArray(String[]::new),
        secrets.stream().map(s -> s.previous().ciphertext()).toArray(Buffer[]::new),
        secrets.stream().map(Rewrapped::ciphertext).toArray(Buffer[]::new));
  }
}
