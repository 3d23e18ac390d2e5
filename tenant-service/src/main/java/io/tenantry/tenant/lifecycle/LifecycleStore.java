package io.tenantry.tenant.lifecycle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.tenant.lifecycle.FinalBackupRecords.FinalBackup;
import io.tenantry.tenant.provisioning.Leases;
import io.tenantry.tenant.provisioning.TenantDatabase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The persisted state of tenants' lives after provisioning.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>A change is committed here, with a lease, before the cluster hears of it: who dies in
 *       between is followed by another replica, which makes the cluster as the row says.
 *   <li>One change at a time: none begins while another's lease lasts.
 *   <li>The row of {@code tenants} is locked before that of {@code deletions}.
 *   <li>An event never lets data be dropped; see {@link FinalBackupRecords}.
 * </ul>
 */
@Singleton
final class LifecycleStore {

  /** Why a deletion was given up: backup-service said nothing within the deadline. */
  static final String FINAL_BACKUP_OVERDUE = "FINAL_BACKUP_OVERDUE";

  /** Why a deletion was given up: backup-service could not make the final backup. */
  static final String FINAL_BACKUP_FAILED = "FINAL_BACKUP_FAILED";

  private static final String TARGET =
      """
      cluster, database_name, schema_name, role_name,
      coalesce(login_role, role_name) AS login_role,
      CASE WHEN former_expires_at > now() THEN former_role END AS former_role
      """;

  private final Database database;
  private final Leases leases;
  private final Outbox outbox;
  private final ObjectMapper mapper;

  LifecycleStore(Database database, Leases leases, Outbox outbox, ObjectMapper mapper) {
    this.database = database;
    this.leases = leases;
    this.outbox = outbox;
    this.mapper = mapper;
  }

  /** Suspends an active tenant; empty if it is not active, or another change is in progress. */
  Optional<Change> suspend(UUID tenantId) {
    return database.inTransaction(
        sql ->
            begin(sql, tenantId, "suspended", List.of("active"))
                .map(
                    row -> {
                      outbox.append(sql, suspended(row));
                      return change(row);
                    }));
  }

  /** Resumes a suspended tenant; empty if it is not suspended, or another change is in progress. */
  Optional<Change> resume(UUID tenantId) {
    return database.inTransaction(
        sql ->
            begin(sql, tenantId, "active", List.of("suspended"))
                .map(
                    row -> {
                      outbox.append(
                          sql,
                          new TenantEvent.Resumed(
                              tenantId, row.getString("name"), row.getString("environment")));
                      return change(row);
                    }));
  }

  /**
   * Marks an active or suspended tenant for deletion. One that waits for its final backup is gone
   * on with, if none is wanted any more.
   *
   * @return empty if the tenant is in no such state, or another change is in progress
   */
  Optional<Change> delete(UUID tenantId, boolean finalBackup) {
    return database.inTransaction(
        sql -> {
          Optional<Row> begun = begin(sql, tenantId, "deleting", List.of("active", "suspended"));
          if (begun.isPresent()) {
            sql.send(
                """
                INSERT INTO control_plane.deletions (tenant_id, deletion_id, final_backup)
                VALUES ($1, $2, $3)
                ON CONFLICT (tenant_id) DO UPDATE
                SET deletion_id = excluded.deletion_id, final_backup = excluded.final_backup,
                  requested_at = now(), told_at = NULL, deadline = NULL, backup_id = NULL,
                  failure = NULL
                """,
                tenantId,
                UUID.randomUUID(),
                finalBackup);
            return begun.map(LifecycleStore::change);
          }
          return finalBackup ? Optional.empty() : stopWaiting(sql, tenantId);
        });
  }

  private Optional<Change> stopWaiting(Sql sql, UUID tenantId) {
    sql.run("SELECT FROM control_plane.tenants WHERE tenant_id = $1 FOR UPDATE", tenantId);
    boolean waited =
        sql.run(
                    """
                    UPDATE control_plane.deletions
                    SET final_backup = false
                    FROM control_plane.tenants
                    WHERE deletions.tenant_id = $1
                      AND tenants.tenant_id = $1
                      AND status = 'deleting'
                      AND final_backup
                      AND backup_id IS NULL
                      AND lease_expires_at = deadline
                    """,
                    tenantId)
                .rowCount()
            == 1;
    return waited ? begin(sql, tenantId, "deleting").map(LifecycleStore::change) : Optional.empty();
  }

  /** Takes the tenant's lease and sets its status, if it has one of the former and no lease. */
  private Optional<Row> begin(Sql sql, UUID tenantId, String status, List<String> from) {
    boolean free =
        sql.run(
                    """
                    SELECT FROM control_plane.tenants
                    WHERE tenant_id = $1
                      AND status = ANY ($2)
                      AND (lease_expires_at IS NULL OR lease_expires_at < now())
                    FOR UPDATE
                    """,
                    tenantId,
                    from.toArray(String[]::new))
                .rowCount()
            == 1;
    return free ? begin(sql, tenantId, status) : Optional.empty();
  }

  private Optional<Row> begin(Sql sql, UUID tenantId, String status) {
    return first(
        sql.run(
            """
            UPDATE control_plane.tenants AS tenant
            SET status = $2, updated_at = now(),
              lease_owner = $3, lease_expires_at = now() + make_interval(secs => $4)
            FROM control_plane.tenant_databases
            WHERE tenant.tenant_id = $1
              AND tenant_databases.tenant_id = $1
            RETURNING tenant.tenant_id, name, environment, status,\s
            """
                + TARGET,
            tenantId,
            status,
            leases.replica(),
            leases.seconds()));
  }

  /**
   * Says what a deletion may do next, and asks for the final backup if nobody has. The tenant must
   * be unable to log in by now: what it writes after the backup would be lost.
   */
  Verdict judge(UUID tenantId, Duration patience) {
    return database.inTransaction(
        sql -> {
          Optional<Row> tenant =
              first(
                  sql.run(
                      """
                      SELECT tenant_id, name, environment
                      FROM control_plane.tenants
                      WHERE tenant_id = $1
                        AND status = 'deleting'
                        AND lease_owner = $2
                      FOR UPDATE
                      """,
                      tenantId,
                      leases.replica()));
          return tenant.map(row -> judge(sql, row, patience)).orElse(Verdict.LOST);
        });
  }

  private Verdict judge(Sql sql, Row tenant, Duration patience) {
    UUID tenantId = tenant.getUUID("tenant_id");
    Row deletion =
        first(
                sql.run(
                    """
                    SELECT deletion_id, final_backup, backup_id, failure, told_at,
                      deadline <= now() AS overdue
                    FROM control_plane.deletions
                    WHERE tenant_id = $1
                    """,
                    tenantId))
            .orElseThrow();
    boolean finalBackup = deletion.getBoolean("final_backup");
    UUID deletionId = deletion.getUUID("deletion_id");
    if (deletion.getOffsetDateTime("told_at") == null) {
      tell(sql, tenant, deletionId, finalBackup, patience);
    }
    if (!finalBackup || isBackedUp(sql, tenantId, deletionId, deletion.getUUID("backup_id"))) {
      return Verdict.DROP;
    }
    if (deletion.getString("failure") != null) {
      giveUp(sql, tenant, deletion.getString("failure"));
      return Verdict.GIVEN_UP;
    }
    if (Boolean.TRUE.equals(deletion.getBoolean("overdue"))) {
      giveUp(sql, tenant, FINAL_BACKUP_OVERDUE);
      return Verdict.GIVEN_UP;
    }
    sql.send(
        """
        UPDATE control_plane.tenants
        SET lease_expires_at = deadline
        FROM control_plane.deletions
        WHERE tenants.tenant_id = $1
          AND deletions.tenant_id = $1
        """,
        tenantId);
    return Verdict.WAIT;
  }

  /**
   * Whether backup-service's own record proves the final backup. It is noted here, so that a drop
   * which takes long is not stopped halfway by the backup's expiry.
   *
   * @param noted the backup that was noted before; null if none was
   */
  private static boolean isBackedUp(Sql sql, UUID tenantId, UUID deletionId, UUID noted) {
    Optional<FinalBackup> backup = FinalBackupRecords.find(sql, tenantId, deletionId);
    if (noted != null) {
      return backup.filter(FinalBackup::wasCompleted).isPresent();
    }
    backup
        .filter(FinalBackup::usable)
        .ifPresent(
            usable ->
                sql.send(
                    "UPDATE control_plane.deletions SET backup_id = $2 WHERE tenant_id = $1",
                    tenantId,
                    usable.backupId()));
    return backup.filter(FinalBackup::usable).isPresent();
  }

  private void tell(Sql sql, Row tenant, UUID deletionId, boolean finalBackup, Duration patience) {
    sql.send(
        """
        UPDATE control_plane.deletions
        SET told_at = now(), deadline = now() + make_interval(secs => $2)
        WHERE tenant_id = $1
        """,
        tenant.getUUID("tenant_id"),
        patience.toMillis() / 1000.0);
    outbox.append(
        sql,
        new TenantEvent.Deleting(
            tenant.getUUID("tenant_id"),
            tenant.getString("name"),
            tenant.getString("environment"),
            deletionId,
            finalBackup));
  }

  private void giveUp(Sql sql, Row tenant, String failure) {
    UUID tenantId = tenant.getUUID("tenant_id");
    sql.send(
        "UPDATE control_plane.deletions SET failure = $2 WHERE tenant_id = $1", tenantId, failure);
    sql.send(
        """
        UPDATE control_plane.tenants
        SET status = 'suspended', updated_at = now(), lease_owner = NULL, lease_expires_at = NULL
        WHERE tenant_id = $1
        """,
        tenantId);
    outbox.append(sql, suspended(tenant));
  }

  /**
   * Lets the deletion that asked for this backup go on, in the caller's transaction.
   *
   * @throws InvalidEvent if backup-service has no record that it is stored
   */
  void backedUp(Sql sql, OperationEvent.BackupCompleted event) {
    FinalBackup backup = recorded(sql, event, event.deletionId(), FinalBackup::usable);
    answer(sql, event.tenantId(), event.deletionId(), "backup_id = $3", backup.backupId());
  }

  /**
   * Lets the deletion that asked for this backup be given up, in the caller's transaction.
   *
   * @throws InvalidEvent if backup-service has no record that it failed
   */
  void notBackedUp(Sql sql, OperationEvent.BackupFailed event) {
    FinalBackup unused = recorded(sql, event, event.deletionId(), FinalBackup::failed);
    answer(sql, event.tenantId(), event.deletionId(), "failure = $3", FINAL_BACKUP_FAILED);
  }

  private static FinalBackup recorded(
      Sql sql, OperationEvent.OfBackup event, UUID deletionId, Predicate<FinalBackup> asTold) {
    return FinalBackupRecords.require(sql, event.tenantId(), deletionId)
        .filter(backup -> backup.backupId().equals(event.backupId()))
        .filter(asTold)
        .orElseThrow(
            () ->
                new InvalidEvent(
                    "backup-service has no record of this for a final backup of this deletion"));
  }

  private static void answer(
      Sql sql, UUID tenantId, UUID deletionId, String assignment, Object value) {
    sql.run("SELECT FROM control_plane.tenants WHERE tenant_id = $1 FOR UPDATE", tenantId);
    sql.send(
        """
        WITH answered AS (
          UPDATE control_plane.deletions
          SET %s
          WHERE tenant_id = $1
            AND deletion_id = $2
            AND final_backup
            AND backup_id IS NULL
            AND failure IS NULL
          RETURNING tenant_id, deadline
        )
        UPDATE control_plane.tenants
        SET lease_expires_at = now()
        FROM answered
        WHERE tenants.tenant_id = answered.tenant_id
          AND status = 'deleting'
          AND lease_expires_at = deadline
        """
            .formatted(assignment),
        tenantId,
        deletionId,
        value);
  }

  /** Gives a deletion up that this replica works on: the tenant is suspended, with all its data. */
  void refuseDeletion(UUID tenantId, String failure) {
    database.transact(
        sql ->
            first(
                    sql.run(
                        """
                        SELECT tenant_id, name, environment
                        FROM control_plane.tenants
                        WHERE tenant_id = $1
                          AND status = 'deleting'
                          AND lease_owner = $2
                        FOR UPDATE
                        """,
                        tenantId,
                        leases.replica()))
                .ifPresent(tenant -> giveUp(sql, tenant, failure)));
  }

  /** Leaves a tombstone: the name is free, the id will never be another's. */
  void endDeletion(UUID tenantId) {
    database.transact(
        sql -> {
          for (Row row :
              sql.run(
                  """
                  UPDATE control_plane.tenants
                  SET status = 'deleted', deleted_at = now(), updated_at = now(),
                    lease_owner = NULL, lease_expires_at = NULL
                  WHERE tenant_id = $1
                    AND status = 'deleting'
                  RETURNING name, environment
                  """,
                  tenantId)) {
            for (String table : List.of("tenant_databases", "tenant_services", "api_keys")) {
              sql.send("DELETE FROM control_plane." + table + " WHERE tenant_id = $1", tenantId);
            }
            outbox.append(
                sql,
                new TenantEvent.Deleted(
                    tenantId, row.getString("name"), row.getString("environment")));
          }
        });
  }

  /**
   * Ends a change that the cluster has followed. If this replica's lease was lost meanwhile, the
   * cluster may by now contradict a later change: then whoever is free makes it follow once more.
   */
  void end(UUID tenantId) {
    database.run(
        """
        UPDATE control_plane.tenants
        SET lease_owner = CASE WHEN lease_owner = $2 THEN NULL ELSE $2 END,
          lease_expires_at = CASE WHEN lease_owner = $2 THEN NULL ELSE now() END
        WHERE tenant_id = $1
          AND status IN ('active', 'suspended')
          AND (lease_owner = $2 OR lease_owner IS NULL)
        """,
        tenantId,
        leases.replica());
  }

  /** Takes over changes whose lease has run out, a few at a time. */
  List<Change> takeOver(int atMost) {
    RowSet<Row> rows =
        database.run(
            """
            UPDATE control_plane.tenants AS tenant
            SET lease_owner = $1, lease_expires_at = now() + make_interval(secs => $2)
            FROM control_plane.tenant_databases
            WHERE tenant_databases.tenant_id = tenant.tenant_id
              AND tenant.tenant_id IN (
                SELECT tenant_id
                FROM control_plane.tenants
                WHERE lease_expires_at < now()
                  AND status IN ('active', 'suspended', 'deleting')
                ORDER BY lease_expires_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED
              )
            RETURNING tenant.tenant_id, status,\s
            """
                + TARGET,
            leases.replica(),
            leases.seconds(),
            atMost);
    return StreamSupport.stream(rows.spliterator(), false).map(LifecycleStore::change).toList();
  }

  /**
   * Changes a tenant's name and its metadata's fields; what is null, or not there, stays.
   *
   * @return false if there is no active or suspended tenant of this id
   * @throws TenantryException {@code TENANT_NAME_TAKEN}
   */
  boolean update(UUID tenantId, String name, Map<String, Object> set, List<String> removed) {
    try {
      return database
              .run(
                  """
                  UPDATE control_plane.tenants
                  SET name = coalesce($2, name), metadata = (metadata || $3::text::jsonb) - $4::text[],
                    updated_at = now()
                  WHERE tenant_id = $1
                    AND status IN ('active', 'suspended')
                  """,
                  tenantId,
                  name,
                  json(set),
                  removed.toArray(String[]::new))
              .rowCount()
          == 1;
    } catch (SqlError e) {
      if (e.violatesUnique("tenants_name_taken")) {
        throw new TenantryException(
            ErrorCode.TENANT_NAME_TAKEN,
            "There is a tenant %s in this environment already.".formatted(name));
      }
      throw e;
    }
  }

  /** Forgets a deleted tenant; false if there is no deleted tenant of this id. */
  boolean purge(UUID tenantId) {
    return database
            .run(
                "DELETE FROM control_plane.tenants WHERE tenant_id = $1 AND status = 'deleted'",
                tenantId)
            .rowCount()
        == 1;
  }

  /** Forgets tenants that were deleted longer ago, a number at a time; returns how many. */
  int purge(Duration retention, int atMost) {
    return database
        .run(
            """
            DELETE FROM control_plane.tenants
            WHERE tenant_id IN (
              SELECT tenant_id
              FROM control_plane.tenants
              WHERE status = 'deleted'
                AND deleted_at < now() - make_interval(secs => $1)
              ORDER BY deleted_at
              LIMIT $2
              FOR UPDATE SKIP LOCKED
            )
            """,
            retention.toMillis() / 1000.0,
            atMost)
        .rowCount();
  }

  private static TenantEvent suspended(Row tenant) {
    return new TenantEvent.Suspended(
        tenant.getUUID("tenant_id"), tenant.getString("name"), tenant.getString("environment"));
  }

  private static Change change(Row row) {
    return new Change(
        row.getString("status"),
        new TenantDatabase(
            row.getUUID("tenant_id"),
            row.getString("cluster"),
            row.getString("database_name"),
            Optional.ofNullable(row.getString("schema_name")),
            row.getString("role_name")),
        Stream.of(row.getString("login_role"), row.getString("former_role"))
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Optional<Row> first(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).findFirst();
  }

  private String json(Map<String, Object> fields) {
    try {
      return mapper.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
