package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.db.Sql;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads what backup-service itself has recorded of the final backups of deletions. Its events are
 * hints, which anyone who can write to Kafka can send; only this record lets data be dropped.
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
   * The record of a deletion's final backup.
   *
   * @param usable whether it is stored whole and not known to be damaged
   * @param wasCompleted whether it was stored whole once; it may have expired since
   * @param failed whether it failed for good
   */
  record FinalBackup(UUID backupId, boolean usable, boolean wasCompleted, boolean failed) {}

  /**
   * The final backup that was requested for this deletion of this tenant.
   *
   * @return empty if backup-service has no record of one, or its version provides no records yet
   */
  static Optional<FinalBackup> find(Sql sql, UUID tenantId, UUID deletionId) {
    return isViewAvailable(sql) ? require(sql, tenantId, deletionId) : Optional.empty();
  }

  /**
   * {@link #find}, for an event, which can wait: it fails for now if backup-service's version
   * provides no records yet.
   *
   * @throws io.tenantry.kernel.db.SqlError in that case
   */
  static Optional<FinalBackup> require(Sql sql, UUID tenantId, UUID deletionId) {
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

  /** Asked of the catalog, since a query that fails would end the transaction. */
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
