package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Migrates one tenant, after a backup where that was asked for. */
@Singleton
final class MigrationHandler implements JobHandler {

  static final String TYPE = "migration";

  private final MigrationRecords records;
  private final TenantMigrator migrator;
  private final TenantPlaces places;
  private final TenantLeases leases;
  private final BackupFirst backupFirst;
  private final Retries retries;
  private final MigrationConfig config;
  private final Clock clock;

  MigrationHandler(
      MigrationRecords records,
      TenantMigrator migrator,
      TenantPlaces places,
      TenantLeases leases,
      BackupFirst backupFirst,
      Retries retries,
      MigrationConfig config,
      Clock clock) {
    this.records = records;
    this.migrator = migrator;
    this.places = places;
    this.leases = leases;
    this.backupFirst = backupFirst;
    this.retries = retries;
    this.config = config;
    this.clock = clock;
  }

  /** The job's result. */
  @RegisterForReflection
  record Result(UUID migrationId, List<String> scripts) {}

  @Override
  public String type() {
    return TYPE;
  }

  /** For what goes wrong beside the migration, whose own retries the record counts. */
  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.maxRetryDelay());
  }

  @Override
  public JobOutcome run(RunningJob job) {
    Migration migration = records.get(job.data(Migrations.Task.class).migrationId());
    if (migration.hasEnded()) {
      return ended(migration);
    }
    TenantEntry tenant = places.get(job.tenantId());
    if (migration.backupFirst()) {
      job.step("backup");
      Optional<JobOutcome> wait = backupFirst.await(migration, tenant);
      if (wait.isPresent()) {
        return wait.get();
      }
    }
    job.step("migrate");
    Optional<TenantLeases.Lease> lease =
        leases.take(job.tenantId(), TenantLeases.Operation.MIGRATION, job.id());
    if (lease.isEmpty()) {
      return JobOutcome.postponed(config.busyDelay());
    }
    try (TenantLeases.Lease held = lease.get()) {
      held.require();
      return migrate(migration, tenant);
    }
  }

  private JobOutcome migrate(Migration migration, TenantEntry tenant) {
    records.begin(migration.id(), clock.instant());
    Route route =
        new Route(
            migration.blueprint(),
            migration.fromVersion(),
            migration.toVersion(),
            migration.direction());
    Outcome outcome =
        migrator.migrate(
            tenant.data(),
            places.admin(tenant.data().cluster()),
            route,
            new Limits(
                Duration.ofMillis(migration.lockTimeoutMs()),
                Duration.ofMillis(migration.statementTimeoutMs())));
    Optional<Duration> pause =
        outcome instanceof Outcome.Deferred deferred
            ? retries.after(deferred, migration.attempts() + 1)
            : Optional.empty();
    records.end(migration, outcome, pause.map(clock.instant()::plus), clock.instant());
    return pause.isPresent()
        ? JobOutcome.postponed(pause.get())
        : ended(records.get(migration.id()));
  }

  /** What an ended migration means for its job. */
  private static JobOutcome ended(Migration migration) {
    if (migration.error().isPresent()) {
      Migration.Failure error = migration.error().get();
      // It was tried as often as it may be: the job is not tried again by itself.
      throw new TenantryException(
          error.code().retryable() ? ErrorCode.MIGRATION_FAILED : error.code(), error.message());
    }
    return JobOutcome.done(new Result(migration.id(), migration.scripts()));
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    records.fail(
        job.data(Migrations.Task.class).migrationId(),
        failure.code(),
        failure.message(),
        clock.instant());
  }
}
