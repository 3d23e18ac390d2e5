package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.db.Sql;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads backup-service's records of final backups. Its events are only hints, because every client
 * with write access to Kafka can send them; data is dropped only on the basis of these records.
 */
final class FinalBackupRecords {

  private static final String SELECT =
      """
      SELECT backup_id, status, completed_at IS NOT NULL AS was_completed,
        status = 'completed' AND verification IS DISTINCT FROM 'damaged' AS usable
      FROM backup.backups_v1
      WHERE tenant_id = $1
        AND deletion_id = $2
        AND kind = 'final'
      ORDER BY usable DESC, was_completed DESC
      LIMIT 1
      """;

  private FinalBackupRecords() {}

  /**
   * A record of a deletion's final backup.
   *
   * @param usable whether it is stored completely and not known to be corrupt
   * @param wasCompleted whether it was once stored completely; it may have expired since
   * @param failed whether it failed permanently
   */
  record FinalBackup(UUID backupId, boolean usable, boolean wasCompleted, boolean failed) {}

  /**
   * The final backup that was requested for this deletion.
   *
   * @return empty if there is no record, or if backup-service's version does not provide records
   *     yet
   */
  static Optional<FinalBackup> find(Sql sql, UUID tenantId, UUID deletionId) {
    return isViewAvailable(sql) ? require(sql, tenantId, deletionId) : Optional.empty();
  }

  /**
   * {@link #find} for an event, which is retried if backup-service's version does not provide
   * records yet.
   *
   * @throws io.tenantry.kernel.db.SqlError in that case
   */
  static Optional<FinalBackup> require(Sql sql, UUID tenantId, @Nullable UUID deletionId) {
    return sql.first(
        row ->
            new FinalBackup(
                row.getUUID("backup_id"),
                row.getBoolean("usable"),
                row.getBoolean("was_completed"),
                row.getString("status").equals("failed")),
        SELECT,
        tenantId,
        deletionId);
  }

  /** Queries the catalog, because a failed query would abort the transaction. */
  private static boolean isViewAvailable(Sql sql) {
    return sql.exists(
        """
        SELECT
        FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = 'backup'
          AND relname = 'backups_v1'
          AND has_schema_privilege(pg_namespace.oid, 'USAGE')
          AND has_table_privilege(pg_class.oid, 'SELECT')
        """);
  }
}
