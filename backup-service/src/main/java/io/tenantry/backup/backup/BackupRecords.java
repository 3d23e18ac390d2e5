package io.tenantry.backup.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.page.Page;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Keeps the records of backups and of their copies. */
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

  private final Database database;
  private final ObjectMapper mapper;

  BackupRecords(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  /** A backup that is to be made. */
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
        utc(backup.requestedAt()));
  }

  /**
   * A backup.
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
   * A backup that is there to be read.
   *
   * @throws TenantryException {@code BACKUP_NOT_FOUND}, or {@code BACKUP_NOT_USABLE} if it is not
   *     completed, or its files are gone
   */
  public Backup usable(UUID backupId) {
    Backup backup = get(backupId);
    if (backup.status() != Backup.Status.completed) {
      throw new TenantryException(
          ErrorCode.BACKUP_NOT_USABLE,
          "The backup " + backupId + " is " + backup.status() + ", not completed.");
    }
    return backup;
  }

  Optional<Backup> find(UUID backupId) {
    return backups(database.run(SELECT + "WHERE b.backup_id = $1", backupId)).stream().findFirst();
  }

  /** The newest backup of a tenant that is not known to be damaged. */
  public Optional<Backup> newestGood(UUID tenantId) {
    return backups(
            database.run(
                SELECT
                    + """
                    WHERE b.tenant_id = $1
                      AND b.status = 'completed'
                      AND b.verification IS DISTINCT FROM 'damaged'
                    ORDER BY b.completed_at DESC
                    LIMIT 1
                    """,
                tenantId))
        .stream()
        .findFirst();
  }

  /** A page of a tenant's backups, or of all, newest first. */
  Page<Backup> list(
      Optional<UUID> tenantId, Optional<Backup.Status> status, Optional<UUID> after, int limit) {
    return Page.of(
        backups(
            database.run(
                SELECT
                    + """
                    WHERE ($1::uuid IS NULL OR b.tenant_id = $1)
                      AND ($2::text IS NULL OR b.status = $2)
                      AND ($3::uuid IS NULL
                        OR b.position < (SELECT position FROM backups WHERE backup_id = $3))
                    ORDER BY b.position DESC
                    LIMIT $4
                    """,
                tenantId.orElse(null),
                status.map(Enum::name).orElse(null),
                after.orElse(null),
                limit + 1)),
        limit,
        Backup::id);
  }

  /** All completed backups of a tenant, newest first. */
  public List<Backup> completed(UUID tenantId) {
    return backups(
        database.run(
            SELECT
                + """
                WHERE b.tenant_id = $1
                  AND b.status = 'completed'
                ORDER BY b.completed_at DESC
                """,
            tenantId));
  }

  /** The tenants that have completed backups, after one, in order. */
  public List<UUID> tenantsAfter(UUID after, int limit) {
    return StreamSupport.stream(
            database
                .run(
                    """
                    SELECT DISTINCT tenant_id
                    FROM backups
                    WHERE tenant_id > $1
                      AND status = 'completed'
                    ORDER BY tenant_id
                    LIMIT $2
                    """,
                    after,
                    limit)
                .spliterator(),
            false)
        .map(row -> row.getUUID(0))
        .toList();
  }

  /** Whether a stored file is a backup's that is there, or is being made. */
  public boolean owns(String objectKey) {
    return database
            .run(
                """
                SELECT 1
                FROM backups
                WHERE status IN ('pending', 'running', 'completed')
                  AND tenant_id || '/' || backup_id || '.tenantry-backup' = $1
                """,
                objectKey)
            .rowCount()
        > 0;
  }

  void begin(UUID backupId, Instant now) {
    database.run(
        "UPDATE backups SET status = 'running', started_at = $2 WHERE backup_id = $1",
        backupId,
        utc(now));
  }

  void complete(
      Sql transaction,
      Archives.Id id,
      String store,
      Archives.Written file,
      Manifest manifest,
      Instant now) {
    transaction.run(
        """
        UPDATE backups
        SET status = 'completed', store = $2, object_key = $3, bytes = $4, checksum = $5, manifest = $6,
          completed_at = $7, error_code = NULL
        WHERE backup_id = $1
        """,
        id.backupId(),
        store,
        id.objectKey(),
        file.bytes(),
        file.checksum(),
        write(manifest),
        utc(now));
  }

  boolean fail(Sql transaction, UUID backupId, ErrorCode code) {
    return transaction
            .run(
                """
                UPDATE backups
                SET status = 'failed', error_code = $2
                WHERE backup_id = $1
                  AND status IN ('pending', 'running')
                """,
                backupId,
                code.name())
            .rowCount()
        == 1;
  }

  /** Records that its files are going; they go after this, for the record must not outlive them. */
  public boolean expire(Sql transaction, UUID backupId, Instant now) {
    transaction.send("UPDATE copies SET status = 'expired' WHERE backup_id = $1", backupId);
    return transaction
            .run(
                """
                UPDATE backups
                SET status = 'expired', expired_at = $2
                WHERE backup_id = $1
                  AND status = 'completed'
                """,
                backupId,
                utc(now))
            .rowCount()
        == 1;
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
        result.name(),
        error.orElse(null),
        utc(now));
  }

  public void addCopy(Sql transaction, UUID backupId, String store, UUID jobId) {
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

  public void completeCopy(UUID backupId, String store, Instant now) {
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
        utc(now));
  }

  public void failCopy(UUID backupId, String store, ErrorCode code) {
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

  private List<Backup> backups(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(this::backup).toList();
  }

  private Backup backup(Row row) {
    Optional<Instant> startedAt = instant(row, "started_at");
    Optional<Instant> completedAt = instant(row, "completed_at");
    return new Backup(
        row.getUUID("backup_id"),
        row.getUUID("tenant_id"),
        row.getString("tenant_name"),
        BackupKind.of(row.getString("kind")),
        Backup.Status.valueOf(row.getString("status")),
        row.getUUID("job_id"),
        Optional.ofNullable(row.getString("error_code")).map(ErrorCode::valueOf),
        instant(row, "requested_at").orElseThrow(),
        startedAt,
        completedAt,
        completedAt.map(end -> Duration.between(startedAt.orElse(end), end).toMillis()),
        row.getInteger("retention_days"),
        Optional.ofNullable(row.getString("store"))
            .map(
                store ->
                    new Backup.StoredFile(
                        store,
                        row.getString("object_key"),
                        row.getLong("bytes"),
                        row.getString("checksum"))),
        Optional.ofNullable(row.getString("manifest")).map(json -> read(json, Manifest.class)),
        Optional.ofNullable(row.getString("verification"))
            .map(
                result ->
                    new Backup.Verification(
                        Backup.Verification.Result.valueOf(result),
                        Optional.ofNullable(row.getString("verification_error")),
                        instant(row, "verified_at").orElseThrow())),
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

  private static Optional<Instant> instant(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
