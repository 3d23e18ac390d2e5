package io.tenantry.backup.store;

import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores which backup stores this installation uses. */
@Singleton
final class StoreRecords {

  private final Database database;

  StoreRecords(Database database) {
    this.database = database;
  }

  /**
   * A store that this installation uses.
   *
   * @param storeId the id that its marker has, or will have
   * @param marked whether the marker is expected there
   */
  record Known(UUID storeId, boolean marked) {}

  Optional<Known> find(String location) {
    return database.first(
        row -> new Known(row.getUUID(0), row.getBoolean(1)),
        "SELECT store_id, marked_at IS NOT NULL FROM stores WHERE location = $1",
        location);
  }

  /**
   * Returns the id for the marker of a store that has none; concurrent replicas get the same one.
   */
  UUID reserve(String location) {
    database.run(
        """
        INSERT INTO stores (location, store_id)
        VALUES ($1, gen_random_uuid())
        ON CONFLICT (location) DO NOTHING
        """,
        location);
    return find(location).orElseThrow().storeId();
  }

  /** Records that this store's marker is expected at the location. */
  void expect(String location, UUID storeId) {
    database.run(
        """
        INSERT INTO stores (location, store_id, marked_at)
        VALUES ($1, $2, now())
        ON CONFLICT (location) DO UPDATE
        SET store_id = excluded.store_id, marked_at = excluded.marked_at
        """,
        location,
        storeId);
  }

  /** Records that no marker is expected at the location, so that another can be written. */
  void forget(String location) {
    database.run("DELETE FROM stores WHERE location = $1", location);
  }

  /** Returns the backups that have no record in this control database. */
  List<UUID> unknown(Collection<UUID> backupIds) {
    return database.list(
        row -> row.getUUID(0),
        """
        SELECT backup_id
        FROM unnest($1::uuid[]) AS stored (backup_id)
        WHERE NOT EXISTS (SELECT FROM backups WHERE backups.backup_id = stored.backup_id)
        """,
        (Object) backupIds.toArray(UUID[]::new));
  }
}
