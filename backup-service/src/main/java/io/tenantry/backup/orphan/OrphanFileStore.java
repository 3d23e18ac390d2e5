package io.tenantry.backup.orphan;

import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Stores when files were first seen that have a backup's name but are not backups. */
@Singleton
public final class OrphanFileStore {

  private final Database database;

  OrphanFileStore(Database database) {
    this.database = database;
  }

  /** Returns when files were first seen; files that were not seen before are missing. */
  public Map<String, Instant> firstSeen(String store, Collection<String> keys) {
    Map<String, Instant> firstSeen = new HashMap<>();
    database
        .run(
            """
            SELECT object_key, first_seen_at
            FROM orphan_files
            WHERE store = $1
              AND object_key = ANY ($2)
            """,
            store,
            keys.toArray(String[]::new))
        .forEach(row -> firstSeen.put(row.getString(0), row.getOffsetDateTime(1).toInstant()));
    return firstSeen;
  }

  /** Records the files that a complete listing of a store has; all others are forgotten. */
  public void recordSeen(String store, Collection<String> keys, Instant now) {
    database.transact(
        sql -> {
          sql.send(
              """
              INSERT INTO orphan_files AS known (store, object_key, first_seen_at, last_seen_at)
              SELECT $1, object_key, $3, $3
              FROM unnest($2::text[]) AS object_key
              ON CONFLICT (store, object_key) DO UPDATE
              SET last_seen_at = excluded.last_seen_at
              """,
              store,
              keys.toArray(String[]::new),
              now);
          sql.send(
              "DELETE FROM orphan_files WHERE store = $1 AND object_key <> ALL ($2)",
              store,
              keys.toArray(String[]::new));
        });
  }
}
