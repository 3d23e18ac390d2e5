package io.tenantry.backup.migration;

import io.tenantry.backup.migration.Migration.Status;
import io.tenantry.backup.tenant.TenantVersions;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.messaging.Outbox;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Stores the records of migrations, and records tenants' versions in tenant-service's registry. */
@Singleton
public final class MigrationRecords {

  private static final String SELECT =
      """
      SELECT migrations.*,
        (SELECT name FROM control_plane.tenants_v1 AS tenants WHERE tenants.tenant_id = migrations.tenant_id) AS tenant_name
      FROM migrations
      """;

  private final Database database;
  private final Outbox outbox;

  MigrationRecords(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /** A requested migration of one tenant. */
  record Planned(
      UUID id,
      UUID tenantId,
      Plan.Route route,
      boolean backupFirst,
      MigrationTimeouts timeouts,
      UUID jobId) {}

  void add(Sql transaction, Planned migration) {
    transaction.send(
        """
        INSERT INTO migrations (
          migration_id, tenant_id, blueprint, direction, from_version, to_version, backup_first,
          lock_timeout_ms, statement_timeout_ms, job_id
        )
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        migration.id(),
        migration.tenantId(),
        migration.route().blueprint(),
        migration.route().direction().toString(),
        migration.route().fromVersion(),
        migration.route().toVersion(),
        migration.backupFirst(),
        (int) migration.timeouts().lock().toMillis(),
        (int) migration.timeouts().statement().toMillis(),
        migration.jobId());
  }

  /**
   * Returns a migration.
   *
   * @throws TenantryException {@code MIGRATION_NOT_FOUND}
   */
  Migration get(UUID id) {
    return database
        .first(MigrationRecords::namedMigration, SELECT + "WHERE migration_id = $1", id)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.MIGRATION_NOT_FOUND, "There is no migration " + id + "."));
  }

  /** Returns a page of migrations, of one tenant or one campaign, newest first. */
  public Page<Migration> list(
      Optional<UUID> tenantId,
      Optional<UUID> campaignId,
      Optional<Status> status,
      Optional<UUID> after,
      int limit) {
    return Page.of(
        database.list(
            MigrationRecords::namedMigration,
            SELECT
                + """
                  WHERE ($1::uuid IS NULL OR tenant_id = $1)
                    AND ($2::uuid IS NULL OR campaign_id = $2)
                    AND ($3::text IS NULL OR status = $3)
                    AND ($4::uuid IS NULL OR position < (SELECT position FROM migrations WHERE migration_id = $4))
                  ORDER BY position DESC
                  LIMIT $5
                  """,
            tenantId,
            campaignId,
            status,
            after,
            limit + 1),
        limit,
        Migration::id);
  }

  void start(UUID id, Instant now) {
    database.run(
        """
        UPDATE migrations
        SET status = 'running', attempts = attempts + 1, next_attempt_at = NULL, started_at = coalesce(started_at, $2)
        WHERE migration_id = $1
        """,
        id,
        now);
  }

  void backUp(Sql transaction, UUID id, UUID backupJob) {
    transaction.send(
        "UPDATE migrations SET status = 'backing_up', backup_job_id = $2 WHERE migration_id = $1",
        id,
        backupJob);
  }

  /**
   * Records the result of an attempt, and the tenant's new version in the registry.
   *
   * @param next when a deferred migration is retried
   */
  void recordResult(
      Migration migration, MigrationResult result, Optional<Instant> next, Instant now) {
    database.transact(
        sql -> {
          record(sql, migration.id(), result, next, now);
          if (result instanceof MigrationResult.Migrated) {
            TenantVersions.record(
                sql, new UUID[] {migration.tenantId()}, new String[] {migration.toVersion()});
          }
        });
  }

  private void record(
      Sql sql, UUID id, MigrationResult result, Optional<Instant> next, Instant now) {
    appendEvents(
        sql,
        sql.run(
            """
            UPDATE migrations
            SET status = $2, scripts = scripts || $3::text[], error_code = $4, error_message = $5,
              next_attempt_at = $6::timestamptz, finished_at = CASE WHEN $6::timestamptz IS NULL THEN $7::timestamptz END
            WHERE migration_id = $1
              AND status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
            RETURNING *
            """,
            id,
            status(result, next).toString(),
            scripts(result),
            error(result).map(error -> error.code().name()),
            error(result).map(Migration.Failure::message),
            next,
            now));
  }

  /**
   * Publishes an event for each completed or failed migration, in the transaction that changed it.
   *
   * @param changed rows of {@code migrations}
   */
  public void appendEvents(Sql transaction, RowSet<Row> changed) {
    for (Migration migration : migrations(changed)) {
      event(migration).ifPresent(event -> outbox.append(transaction, event));
    }
  }

  private static Optional<OperationEvent> event(Migration migration) {
    UUID campaignId = migration.campaignId().orElse(null);
    String direction = migration.direction().toString();
    return switch (migration.status()) {
      case COMPLETED ->
          Optional.of(
              new OperationEvent.MigrationCompleted(
                  migration.tenantId(),
                  migration.id(),
                  campaignId,
                  direction,
                  migration.fromVersion(),
                  migration.toVersion()));
      case FAILED ->
          Optional.of(
              new OperationEvent.MigrationFailed(
                  migration.tenantId(),
                  migration.id(),
                  campaignId,
                  direction,
                  migration.fromVersion(),
                  migration.toVersion(),
                  migration.error().orElseThrow().code().name()));
      default -> Optional.empty();
    };
  }

  /** Fails or cancels a migration that is not finished. */
  void fail(UUID id, ErrorCode code, String message, Instant now) {
    database.transact(
        sql ->
            appendEvents(
                sql,
                sql.run(
                    """
                    UPDATE migrations
                    SET status = CASE $2 WHEN 'JOB_CANCELLED' THEN 'cancelled' ELSE 'failed' END,
                      error_code = $2, error_message = $3, finished_at = $4
                    WHERE migration_id = $1
                      AND status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
                    RETURNING *
                    """,
                    id,
                    code.name(),
                    message,
                    now)));
  }

  /**
   * The status of a migration after an attempt.
   *
   * @param next when a deferred migration is retried
   */
  public static Status status(MigrationResult result, Optional<Instant> next) {
    return switch (result) {
      case MigrationResult.Migrated migrated -> Status.COMPLETED;
      case MigrationResult.Failed failed -> Status.FAILED;
      case MigrationResult.Skipped skipped -> Status.SKIPPED;
      case MigrationResult.Deferred deferred -> next.isPresent() ? Status.WAITING : Status.FAILED;
    };
  }

  /** The scripts that an attempt committed. */
  public static String[] scripts(MigrationResult result) {
    List<String> scripts =
        switch (result) {
          case MigrationResult.Migrated migrated -> migrated.scripts();
          case MigrationResult.Failed failed -> failed.scripts();
          case MigrationResult.Deferred deferred -> deferred.scripts();
          case MigrationResult.Skipped skipped -> List.of();
        };
    return scripts.toArray(String[]::new);
  }

  /** The error of a result, if it has one. */
  public static Optional<Migration.Failure> error(MigrationResult result) {
    return switch (result) {
      case MigrationResult.Migrated migrated -> Optional.empty();
      case MigrationResult.Failed failed ->
          Optional.of(new Migration.Failure(failed.code(), failed.message()));
      case MigrationResult.Deferred deferred ->
          Optional.of(new Migration.Failure(deferred.code(), deferred.message()));
      case MigrationResult.Skipped skipped ->
          Optional.of(new Migration.Failure(skipped.code(), skipped.message()));
    };
  }

  private static List<Migration> migrations(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> migration(row, Optional.empty()))
        .toList();
  }

  private static Migration namedMigration(Row row) {
    return migration(row, Optional.ofNullable(row.getString("tenant_name")));
  }

  private static Migration migration(Row row, Optional<String> tenantName) {
    return new Migration(
        row.getUUID("migration_id"),
        row.getUUID("tenant_id"),
        tenantName,
        Optional.ofNullable(row.getUUID("campaign_id")),
        Optional.ofNullable(row.getInteger("wave")),
        row.getString("blueprint"),
        Direction.of(row.getString("direction")),
        row.getString("from_version"),
        row.getString("to_version"),
        Status.of(row.getString("status")),
        row.getBoolean("backup_first"),
        Optional.ofNullable(row.getUUID("backup_job_id")),
        row.getInteger("lock_timeout_ms"),
        row.getInteger("statement_timeout_ms"),
        row.getInteger("attempts"),
        row.getUUID("job_id"),
        List.of(row.getArrayOfStrings("scripts")),
        Optional.ofNullable(row.getString("error_code"))
            .map(
                code ->
                    new Migration.Failure(ErrorCode.valueOf(code), row.getString("error_message"))),
        Columns.instant(row, "created_at"),
        Columns.optionalInstant(row, "next_attempt_at"),
        Columns.optionalInstant(row, "started_at"),
        Columns.optionalInstant(row, "finished_at"));
  }
}
