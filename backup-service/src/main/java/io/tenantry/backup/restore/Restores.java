package io.tenantry.backup.restore;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.postgres.RestoreCheck;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Has backups restored, and restores undone. */
@Singleton
public final class Restores {

  private final RestoreRecords records;
  private final BackupRecords backups;
  private final BackupFiles files;
  private final TenantPlaces places;
  private final TenantKeys keys;
  private final Stores stores;
  private final RestoreCheck check;
  private final Jobs jobs;
  private final Database database;
  private final Clock clock;

  Restores(
      RestoreRecords records,
      BackupRecords backups,
      BackupFiles files,
      TenantPlaces places,
      TenantKeys keys,
      Stores stores,
      RestoreCheck check,
      Jobs jobs,
      Database database,
      Clock clock) {
    this.records = records;
    this.backups = backups;
    this.files = files;
    this.places = places;
    this.keys = keys;
    this.stores = stores;
    this.check = check;
    this.jobs = jobs;
    this.database = database;
    this.clock = clock;
  }

  /** What the job of a restore is given. */
  @RegisterForReflection
  record Task(UUID restoreId, Optional<String> store) {}

  /**
   * Plans a restore in the caller's transaction.
   *
   * @param deduplicationKey see {@link NewJob}
   * @return the job's id
   * @throws TenantryException {@code TENANT_NOT_FOUND}, {@code BACKUP_NOT_FOUND}, {@code
   *     BACKUP_NOT_USABLE}, or {@link InvalidRequest} if backup and tenant do not go together
   */
  public UUID request(Sql transaction, RestoreRequest request, Optional<String> deduplicationKey) {
    TenantEntry target = places.get(request.tenantId());
    Backup backup = choose(request, target);
    UUID jobId = UUID.randomUUID();
    UUID restoreId = UUID.randomUUID();
    UUID submitted =
        jobs.submit(
            transaction,
            NewJob.of(RestoreHandler.TYPE, new Task(restoreId, request.store()))
                .withId(jobId)
                .about(target.tenantId())
                .withPriority(NewJob.URGENT)
                .once(deduplicationKey));
    if (submitted.equals(jobId)) {
      records.add(transaction, restoreId, target.tenantId(), backup.id(), backup.tenantId(), jobId);
    }
    return submitted;
  }

  /** Plans a restore; returns its job's id. */
  UUID request(RestoreRequest request, Optional<String> deduplicationKey) {
    return database.inTransaction(sql -> request(sql, request, deduplicationKey));
  }

  private Backup choose(RestoreRequest request, TenantEntry target) {
    boolean clone =
        request.mode().orElse(RestoreRequest.Mode.IN_PLACE) == RestoreRequest.Mode.CLONE;
    if (clone && request.backupId().isEmpty() && request.sourceTenantId().isEmpty()) {
      throw new InvalidRequest("backup_id", "or source_tenant_id is required for a clone");
    }
    request.store().ifPresent(stores::named);
    UUID sourceId = request.sourceTenantId().orElse(target.tenantId());
    Backup backup =
        request
            .backupId()
            .map(backups::usable)
            .or(() -> backups.newestGood(sourceId))
            .orElseThrow(
                () ->
                    new TenantryException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        "Tenant " + sourceId + " has no backup to restore."));
    if (clone == backup.tenantId().equals(target.tenantId())) {
      throw new InvalidRequest(
          "backup_id",
          clone ? "must be another tenant's for a clone" : "must be a backup of the tenant");
    }
    boolean alike =
        backup.manifest().orElseThrow().schema().isPresent() == target.data().schema().isPresent()
            && backup.manifest().orElseThrow().blueprint().equals(target.blueprint());
    if (!alike) {
      throw new InvalidRequest(
          "backup_id", "must be of a tenant of the same blueprint, isolated alike");
    }
    return backup;
  }

  /** What a request would do; throws what it would be refused with. */
  RestorePlan plan(RestoreRequest request) {
    TenantEntry tenant = places.get(request.tenantId());
    TenantLocation target = tenant.data();
    Backup backup = choose(request, tenant);
    keys.forReading(backup.tenantId(), backup.keyId());
    List<String> whole =
        files.stores(backup).stream()
            .filter(
                store ->
                    stores.named(store).size(backup.archiveId().objectKey())
                        == backup.file().orElseThrow().bytes())
            .toList();
    RestoreCheck.Finding finding =
        check.look(places.admin(target.cluster()), target, backup.manifest().orElseThrow());
    return new RestorePlan(
        target.tenantId(),
        backup.id(),
        backup.tenantId(),
        target.cluster(),
        target.database(),
        target.schema(),
        backup.manifest().orElseThrow().rows(),
        backup.file().orElseThrow().bytes(),
        whole,
        finding.sessions(),
        target.schema().isPresent() ? RestoreHandler.SCHEMA_STEPS : RestoreHandler.DATABASE_STEPS,
        finding.missingRoles(),
        finding.refusedSettings(),
        backup.manifest().orElseThrow().largeObjectsLeftOut(),
        backup.manifest().orElseThrow().warnings());
  }

  /**
   * Plans the undo of a restore; returns its job's id.
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

  /** The tenants that a restore concerns: whose data is replaced, and whose backup it is. */
  public Set<UUID> concerned(RestoreRequest request) {
    return Stream.of(
            Optional.of(request.tenantId()),
            request.sourceTenantId(),
            request.backupId().flatMap(backups::find).map(Backup::tenantId))
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A restore that can be undone now. */
  Restore undoable(UUID restoreId) {
    Restore restore = records.get(restoreId);
    String reason =
        restore.status() != Restore.Status.completed
            ? "it is " + restore.status()
            : restore.former().isEmpty()
                ? "there was nothing that it replaced"
                : restore.former().get().droppedAt().isPresent()
                    ? "what it replaced was dropped"
                    : records.isSuperseded(restore) ? "the tenant was restored again since" : "";
    if (!reason.isEmpty()) {
      throw new TenantryException(
          ErrorCode.RESTORE_NOT_UNDOABLE, "The restore cannot be undone: " + reason + ".");
    }
    return restore;
  }

  /** Has what a restore replaced dropped, in the caller's transaction. */
  void dropFormer(Sql transaction, Restore restore, Instant due) {
    jobs.submit(
        transaction,
        NewJob.of(DropFormerHandler.TYPE, new Task(restore.id(), Optional.empty()))
            .about(restore.tenantId())
            .dueAt(due));
  }

  /** Has all dropped that the tenant's restores replaced: the tenant itself goes. */
  public void dropFormers(Sql transaction, UUID tenantId) {
    records
        .withFormer(transaction, tenantId)
        .forEach(restore -> dropFormer(transaction, restore, clock.instant()));
  }
}
