package io.tenantry.backup.migration;

import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.Backups;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalInt;

/** Requests the backup before a migration, and checks whether it is completed. */
@Singleton
final class PreMigrationBackup {

  private final MigrationRecords records;
  private final Backups backups;
  private final Jobs jobs;
  private final Database database;
  private final MigrationConfig config;

  PreMigrationBackup(
      MigrationRecords records,
      Backups backups,
      Jobs jobs,
      Database database,
      MigrationConfig config) {
    this.records = records;
    this.backups = backups;
    this.jobs = jobs;
    this.database = database;
    this.config = config;
  }

  /**
   * Requests the backup if it was not requested yet; returns a postponement until it is completed.
   * The backup is another job, so this one does not occupy a job slot meanwhile.
   *
   * @throws TenantryException {@code BACKUP_FAILED}
   */
  Optional<JobOutcome> requestOrPostpone(Migration migration, TenantEntry tenant) {
    if (migration.backupJobId().isEmpty()) {
      database.transact(
          sql ->
              records.backUp(sql, migration.id(), backups.request(sql, backup(migration, tenant))));
      return Optional.of(JobOutcome.postponed(config.busyDelay()));
    }
    Job backup = jobs.get(migration.backupJobId().get());
    return switch (backup.status()) {
      case COMPLETED -> Optional.empty();
      case PENDING, RUNNING -> Optional.of(JobOutcome.postponed(config.busyDelay()));
      case FAILED, CANCELLED ->
          throw new TenantryException(
              ErrorCode.BACKUP_FAILED,
              "The backup before the migration is " + backup.status() + ".");
    };
  }

  private static Backups.Request backup(Migration migration, TenantEntry tenant) {
    return new Backups.Request(
        tenant.tenantId(),
        tenant.name(),
        BackupKind.BEFORE_MIGRATION,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.of("before migration " + migration.id()));
  }
}
