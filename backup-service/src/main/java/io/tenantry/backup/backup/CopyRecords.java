package io.tenantry.backup.backup;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.UUID;

/** Stores the records of copies in other stores. */
@Singleton
public final class CopyRecords {

  private final Database database;

  CopyRecords(Database database) {
    this.database = database;
  }

  public void add(Sql transaction, UUID backupId, String store, UUID jobId) {
    transaction.send(
        """
        INSERT INTO copies (backup_id, store, status, job_id)
        VALUES ($1, $2, 'pending', $3)
        ON CONFLICT (backup_id, store) DO UPDATE
        SET status = 'pending', job_id = excluded.job_id, error_code = NULL
        """,
        backupId,
        store,
        jobId);
  }

  /** Records an identical copy that was found in another store. */
  public void adopt(Sql transaction, UUID backupId, String store, UUID jobId, Instant now) {
    transaction.send(
        """
        INSERT INTO copies (backup_id, store, status, job_id, completed_at)
        VALUES ($1, $2, 'completed', $3, $4)
        ON CONFLICT (backup_id, store) DO NOTHING
        """,
        backupId,
        store,
        jobId,
        now);
  }

  public void complete(UUID backupId, String store, Instant now) {
    database.run(
        """
        UPDATE copies
        SET status = 'completed', completed_at = $3, error_code = NULL
        WHERE backup_id = $1
          AND store = $2
          AND status <> 'expired'
        """,
        backupId,
        store,
        now);
  }

  public void fail(UUID backupId, String store, ErrorCode code) {
    database.run(
        """
        UPDATE copies
        SET status = 'failed', error_code = $3
        WHERE backup_id = $1
          AND store = $2
          AND status = 'pending'
        """,
        backupId,
        store,
        code.name());
  }
}
