package io.tenantry.ingestion.extraction;

import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Keeps which tenants are behind, and from where on. */
@Singleton
final class BacklogStore {

  private final Database database;

  BacklogStore(Database database) {
    this.database = database;
  }

  /** The tenants of a partition that are behind, and from which offset on. */
  Map<UUID, Long> load(int partition) {
    Map<UUID, Long> offsets = new HashMap<>();
    database
        .run(
            "SELECT tenant_id, next_offset FROM ingestion.backlogs WHERE partition = $1", partition)
        .forEach(row -> offsets.put(row.getUUID("tenant_id"), row.getLong("next_offset")));
    return offsets;
  }

  /** Of two replicas that both write, the one that knows of the older event counts. */
  void open(int partition, UUID tenant, long offset, String reason) {
    database.run(
        """
        INSERT INTO ingestion.backlogs (partition, tenant_id, next_offset, reason)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (partition, tenant_id)
          DO UPDATE SET next_offset = least(backlogs.next_offset, excluded.next_offset)
        """,
        partition,
        tenant,
        offset,
        reason);
  }

  void advance(int partition, Set<UUID> tenants, long offset) {
    database.run(
        """
        UPDATE ingestion.backlogs
        SET next_offset = $3
        WHERE partition = $1 AND tenant_id = ANY($2) AND next_offset < $3
        """,
        partition,
        tenants.toArray(UUID[]::new),
        offset);
  }

  void close(int partition, Set<UUID> tenants) {
    database.run(
        "DELETE FROM ingestion.backlogs WHERE partition = $1 AND tenant_id = ANY($2)",
        partition,
        tenants.toArray(UUID[]::new));
  }
}
