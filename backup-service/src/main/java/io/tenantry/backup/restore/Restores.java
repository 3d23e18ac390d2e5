package io.tenantry.backup.restore;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Requests restores of backups, and undos of restores. */
@Singleton
public final class Restores {

  private final RestoreRecords records;
  private final BackupRecords backups;
  private final BackupChoice choice;
  private final Jobs jobs;
  private final Database database;
  private final Clock clock;

  Restores(
      RestoreRecords records,
      BackupRecords backups,
      BackupChoice choice,
      Jobs jobs,
      Database database,
      Clock clock) {
    this.records = records;
    this.backups = backups;
    this.choice = choice;
    this.jobs = jobs;
    this.database = database;
    this.clock = clock;
  }

  /** The data of a restore job. */
  @RegisterForReflection
  record Task(UUID restoreId, Optional<String> store) {}

  /**
   * What identifies a request for a restore.
   *
   * @param deduplicationKey see {@link NewJob}
   * @param idempotencyKey by which its caller finds the restore again
   */
  public record Origin(Optional<String> deduplicationKey, Optional<String> idempotencyKey) {

    /** Nothing identifies it. */
    public static final Origin NONE = new Origin(Optional.empty(), Optional.empty());
  }

  /**
   * Submits a restore job in the caller's transaction.
   *
   * @param origin what identifies the request
   * @return the job's id
   * @throws TenantryException {@code TENANT_NOT_FOUND}, {@code BACKUP_NOT_FOUND}, {@code
   *     BACKUP_NOT_USABLE}, or {@link InvalidRequest} if backup and tenant do not match
   */
  public UUID request(Sql transaction, RestoreRequest request, Origin origin) {
    BackupChoice.Chosen chosen = choice.of(request);
    UUID tenantId = chosen.target().tenantId();
    UUID jobId = UUID.randomUUID();
    UUID restoreId = UUID.randomUUID();
    UUID submitted =
        jobs.submit(
            transaction,
            NewJob.of(RestoreHandler.TYPE, new Task(restoreId, request.store()))
                .withId(jobId)
                .about(tenantId)
                .withPriority(NewJob.URGENT)
                .once(origin.deduplicationKey()));
    if (submitted.equals(jobId)) {
      records.add(
          transaction,
          new RestoreRecords.Requested(
              restoreId,
              tenantId,
              chosen.backup().id(),
              chosen.backup().tenantId(),
              jobId,
              origin.idempotencyKey()));
    }
    return submitted;
  }

  /** Submits a restore job; returns its id. */
  UUID request(RestoreRequest request, Origin origin) {
    return database.inTransaction(sql -> request(sql, request, origin));
  }

  /**
   * Submits a job that undoes a restore; returns its id.
   *
   * @throws TenantryException {@code RESTORE_NOT_FOUND}, {@code RESTORE_NOT_UNDOABLE}
   */
  UUID undo(UUID restoreId, Optional<String> deduplicationKey) {
    Restore restore = undoable(restoreId);
    UUID jobId = UUID.randomUUID();
    return database.inTransaction(
        sql -> {
          UUID id =
              jobs.submit(
                  sql,
                  NewJob.of(UndoHandler.TYPE, new Task(restoreId, Optional.empty()))
                      .withId(jobId)
                      .about(restore.tenantId())
                      .withPriority(NewJob.URGENT)
                      .once(deduplicationKey));
          records.setJob(sql, restoreId, id);
          return id;
        });
  }

  /**
   * The tenants that a restore concerns: the one whose data is replaced, and the one whose backup
   * it is.
   */
  public Set<UUID> concerned(RestoreRequest request) {
    return Stream.of(
            Optional.of(request.tenantId()),
            request.sourceTenantId(),
            request.backupId().flatMap(backups::find).map(Backup::tenantId))
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns a restore that can be undone now. */
  Restore undoable(UUID restoreId) {
    Restore restore = records.get(restoreId);
    String reason =
        restore.status() != Restore.Status.COMPLETED
            ? "it is " + restore.status()
            : restore.former().isEmpty()
                ? "it replaced no data"
                : restore.former().get().droppedAt().isPresent()
                    ? "the replaced data was dropped"
                    : records.isSuperseded(restore)
                        ? "a later restore has replaced the data again"
                        : "";
    if (!reason.isEmpty()) {
      throw new TenantryException(
          ErrorCode.RESTORE_NOT_UNDOABLE, "The restore cannot be undone: " + reason + ".");
    }
    return restore;
  }

  /** Submits a job that drops the data a restore has replaced, in the caller's transaction. */
  void dropFormer(Sql transaction, Restore restore, Instant due) {
    jobs.submit(
        transaction,
        NewJob.of(DropFormerHandler.TYPE, new Task(restore.id(), Optional.empty()))
            .about(restore.tenantId())
            .dueAt(due));
  }

  /**
   * Submits jobs that drop all data the tenant's restores have replaced: the tenant is being
   * deleted.
   */
  public void dropFormers(Sql transaction, UUID tenantId) {
    records
        .withFormer(transaction, tenantId)
        .forEach(restore -> dropFormer(transaction, restore, clock.instant()));
  }
}
