package io.tenantry.backup.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.backup.archive.ArchiveRecord;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.job.Job;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Stores the records of backups. */
@Singleton
public final class BackupRecords {

  private static final String SELECT =
      """
      SELECT b.*, (
        SELECT json_agg(json_build_object(
          'store', c.store, 'status', c.status, 'job_id', c.job_id, 'error', c.error_code,
          'completed_at', to_char(c.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
          ORDER BY c.store)::text
        FROM copies c
        WHERE c.backup_id = b.backup_id
      ) AS copies
      FROM backups b
      """;

  /** The statuses of backups that have a file. */
  private static final Set<Backup.Status> STORED =
      EnumSet.of(Backup.Status.COMPLETED, Backup.Status.SHREDDED);

  private final Database database;
  private final ObjectMapper mapper;

  BackupRecords(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  /** A requested backup. */
  record Planned(
      UUID backupId,
      UUID tenantId,
      String tenantName,
      BackupKind kind,
      UUID jobId,
      int retentionDays,
      Instant requestedAt) {}

  void add(Sql transaction, Planned backup) {
    transaction.send(
        """
        INSERT INTO backups (backup_id, tenant_id, tenant_name, kind, status, job_id, retention_days, requested_at)
        VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7)
        """,
        backup.backupId(),
        backup.tenantId(),
        backup.tenantName(),
        backup.kind().toString(),
        backup.jobId(),
        backup.retentionDays(),
        backup.requestedAt());
  }

  /**
   * Returns a backup.
   *
   * @throws TenantryException {@code BACKUP_NOT_FOUND}
   */
  public Backup get(UUID backupId) {
    return find(backupId)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.BACKUP_NOT_FOUND, "There is no backup " + backupId + "."));
  }

  /**
   * Returns a backup that can be read.
   *
   * @throws TenantryException {@code BACKUP_NOT_FOUND}, {@code BACKUP_NOT_USABLE} if it is not
   *     completed, or its files were removed, or {@code BACKUP_KEY_DESTROYED}
   */
  public Backup usable(UUID backupId) {
    Backup backup = stored(backupId);
    if (backup.status() == Backup.Status.SHREDDED) {
      throw new TenantryException(
          ErrorCode.BACKUP_KEY_DESTROYED,
          "The tenant's backup key was destroyed; its backups can no longer be decrypted.");
    }
    return backup;
  }

  /**
   * Returns a backup that has a stored file, whether or not it can be decrypted.
   *
   * @throws TenantryException {@code BACKUP_NOT_FOUND}, or {@code BACKUP_NOT_USABLE} if it is not
   *     completed, or its files were removed
   */
  public Backup stored(UUID backupId) {
    Backup backup = get(backupId);
    if (!STORED.contains(backup.status())) {
      throw new TenantryException(
          ErrorCode.BACKUP_NOT_USABLE,
          "The backup "
              + backupId
              + " is "
              + backup.status()
              + "; only a completed backup can be used.");
    }
    return backup;
  }

  /** Finds a backup in any status. */
  public Optional<Backup> find(UUID backupId) {
    return database.first(this::backup, SELECT + "WHERE b.backup_id = $1", backupId);
  }

  /** Finds a tenant's newest completed backup that is not known to be damaged. */
  public Optional<Backup> newestGood(UUID tenantId) {
    return database.first(
        this::backup,
        SELECT
            + """
              WHERE b.tenant_id = $1
                AND b.status = 'completed'
                AND b.verification IS DISTINCT FROM 'damaged'
              ORDER BY b.completed_at DESC
              LIMIT 1
              """,
        tenantId);
  }

  /** Those of these backups that have not ended. */
  List<UUID> unfinished(UUID[] ids) {
    return database.list(
        row -> row.getUUID(0),
        "SELECT backup_id FROM backups WHERE backup_id = ANY ($1) AND status IN ('pending', 'running')",
        (Object) ids);
  }

  /** Returns a page of one tenant's backups or of all, newest first. */
  Page<Backup> list(
      Optional<UUID> tenantId, Optional<Backup.Status> status, Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            this::backup,
            SELECT
                + """
                  WHERE ($1::uuid IS NULL OR b.tenant_id = $1)
                    AND ($2::text IS NULL OR b.status = $2)
                    AND ($3::uuid IS NULL
                      OR b.position < (SELECT position FROM backups WHERE backup_id = $3))
                  ORDER BY b.position DESC
                  LIMIT $4
                  """,
            tenantId,
            status.map(Backup.Status::toString),
            after,
            limit + 1),
        limit,
        Backup::id);
  }

  /** Returns all stored backups of a tenant, including shredded ones, newest first. */
  public List<Backup> allStored(UUID tenantId) {
    return database.list(
        this::backup,
        SELECT
            + """
              WHERE b.tenant_id = $1
                AND b.status IN ('completed', 'shredded')
              ORDER BY b.completed_at DESC
              """,
        tenantId);
  }

  /** Returns the tenants with stored backups that follow the given id, in order of their ids. */
  public List<UUID> tenantsAfter(UUID after, int limit) {
    return database.list(
        row -> row.getUUID(0),
        """
        SELECT DISTINCT tenant_id
        FROM backups
        WHERE tenant_id > $1
          AND status IN ('completed', 'shredded')
        ORDER BY tenant_id
        LIMIT $2
        """,
        after,
        limit);
  }

  /** Returns the tenants and statuses of backups by their ids; ids without a record are missing. */
  public Map<UUID, Known> known(Collection<UUID> backupIds) {
    Map<UUID, Known> known = new HashMap<>();
    database
        .run(
            "SELECT backup_id, tenant_id, status FROM backups WHERE backup_id = ANY ($1)",
            (Object) backupIds.toArray(UUID[]::new))
        .forEach(
            row ->
                known.put(
                    row.getUUID(0), new Known(row.getUUID(1), Backup.Status.of(row.getString(2)))));
    return known;
  }

  /** The tenant and the status in a backup's record. */
  public record Known(UUID tenantId, Backup.Status status) {

    /** Whether the backup has a file, or is about to have one. */
    public boolean hasFile() {
      return status != Backup.Status.FAILED && status != Backup.Status.EXPIRED;
    }
  }

  /** Counts all backups by status. */
  public Map<Backup.Status, Long> counts() {
    Map<Backup.Status, Long> counts = new EnumMap<>(Backup.Status.class);
    database
        .run("SELECT status, count(*) FROM backups GROUP BY status")
        .forEach(row -> counts.put(Backup.Status.of(row.getString(0)), row.getLong(1)));
    return counts;
  }

  void start(Sql transaction, UUID backupId, Instant now) {
    transaction.send(
        "UPDATE backups SET status = 'running', started_at = $2 WHERE backup_id = $1",
        backupId,
        now);
  }

  void complete(
      Sql transaction, ArchiveId id, BackupStore store, Archives.Written file, Instant now) {
    transaction.run(
        """
        UPDATE backups
        SET status = 'completed', store = $2, object_key = $3, bytes = $4, checksum = $5, manifest = $6,
          completed_at = $7, key_id = $8, store_id = $9, error_code = NULL,
          error_message = NULL
        WHERE backup_id = $1
        """,
        id.backupId(),
        store.name(),
        id.objectKey(),
        file.bytes(),
        file.checksum(),
        write(file.record().manifest()),
        now,
        file.keyId(),
        store.id());
  }

  /**
   * Inserts the record of a backup that was found in a store and read to its end.
   *
   * @return false if the record exists
   */
  public boolean adopt(
      Sql transaction,
      ArchiveId id,
      BackupStore store,
      Archives.Found found,
      UUID jobId,
      Instant now) {
    ArchiveRecord record = found.record();
    return transaction.changedOne(
        """
        INSERT INTO backups (
          backup_id, tenant_id, tenant_name, kind, status, job_id, retention_days, requested_at, started_at,
          completed_at, store, object_key, bytes, checksum, manifest, key_id, store_id, verification,
          verified_at)
        VALUES ($1, $2, $3, $4, 'completed', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'intact', $17)
        ON CONFLICT (backup_id) DO NOTHING
        """,
        id.backupId(),
        id.tenantId(),
        record.tenantName(),
        record.kind(),
        jobId,
        record.retentionDays(),
        record.requestedAt(),
        record.startedAt(),
        record.completedAt(),
        store.name(),
        id.objectKey(),
        found.bytes(),
        found.checksum(),
        write(record.manifest()),
        found.keyId(),
        store.id(),
        now);
  }

  boolean fail(Sql transaction, UUID backupId, Job.Failure failure) {
    return transaction.changedOne(
        """
        UPDATE backups
        SET status = 'failed', error_code = $2, error_message = $3
        WHERE backup_id = $1
          AND status IN ('pending', 'running')
        """,
        backupId,
        failure.code().name(),
        failure.message());
  }

  /**
   * Marks a backup as expired. Its files are deleted afterwards, so that no completed record refers
   * to deleted files.
   */
  public boolean expire(Sql transaction, UUID backupId, Instant now) {
    transaction.send("UPDATE copies SET status = 'expired' WHERE backup_id = $1", backupId);
    return transaction.changedOne(
        """
        UPDATE backups
        SET status = 'expired', expired_at = $2
        WHERE backup_id = $1
          AND status IN ('completed', 'shredded')
        """,
        backupId,
        now);
  }

  public void recordVerification(
      UUID backupId, Backup.Verification.Result result, Optional<String> error, Instant now) {
    database.run(
        """
        UPDATE backups
        SET verification = $2, verification_error = $3, verified_at = $4
        WHERE backup_id = $1
        """,
        backupId,
        result.toString(),
        error,
        now);
  }

  private Backup backup(Row row) {
    Optional<Instant> startedAt = Columns.optionalInstant(row, "started_at");
    Optional<Instant> completedAt = Columns.optionalInstant(row, "completed_at");
    return new Backup(
        row.getUUID("backup_id"),
        row.getUUID("tenant_id"),
        row.getString("tenant_name"),
        BackupKind.of(row.getString("kind")),
        Backup.Status.of(row.getString("status")),
        row.getUUID("job_id"),
        Optional.ofNullable(row.getString("error_code")).map(ErrorCode::valueOf),
        Optional.ofNullable(row.getString("error_message")),
        Columns.instant(row, "requested_at"),
        startedAt,
        completedAt,
        completedAt.map(end -> Duration.between(startedAt.orElse(end), end).toMillis()),
        row.getInteger("retention_days"),
        Optional.ofNullable(row.getUUID("key_id")),
        Optional.ofNullable(row.getString("store"))
            .map(
                store ->
                    new Backup.StoredFile(
                        store,
                        Optional.ofNullable(row.getUUID("store_id")),
                        row.getString("object_key"),
                        row.getLong("bytes"),
                        row.getString("checksum"))),
        Optional.ofNullable(row.getString("manifest")).map(json -> read(json, Manifest.class)),
        Optional.ofNullable(row.getString("verification"))
            .map(
                result ->
                    new Backup.Verification(
                        Backup.Verification.Result.of(result),
                        Optional.ofNullable(row.getString("verification_error")),
                        Columns.instant(row, "verified_at"))),
        Optional.ofNullable(row.getString("copies"))
            .map(json -> List.of(read(json, Backup.Copy[].class)))
            .orElse(List.of()));
  }

  private <T> T read(String json, Class<T> type) {
    try {
      return mapper.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored record cannot be read", e);
    }
  }

  private String write(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
