package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.backup.tenant.TenantLookup;
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

/** Migrates one tenant, after a backup if one was requested. */
@Singleton
final class MigrationHandler implements JobHandler {

  static final String TYPE = "migration";

  private final MigrationRecords records;
  private final TenantMigrator migrator;
  private final TenantLookup lookup;
  private final TenantLeases leases;
  private final PreMigrationBackup preMigrationBackup;
  private final MigrationRetries retries;
  private final MigrationConfig config;
  private final Clock clock;

  MigrationHandler(
      MigrationRecords records,
      TenantMigrator migrator,
      TenantLookup lookup,
      TenantLeases leases,
      PreMigrationBackup preMigrationBackup,
      MigrationRetries retries,
      MigrationConfig config,
      Clock clock) {
    this.records = records;
    this.migrator = migrator;
    this.lookup = lookup;
    this.leases = leases;
    this.preMigrationBackup = preMigrationBackup;
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

  /** For errors outside the migration itself, whose attempts its record counts. */
  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.maxRetryDelay());
  }

  @Override
  public JobOutcome run(RunningJob job) {
    Migration migration = records.get(job.data(Migrations.Task.class).migrationId());
    if (migration.hasFinished()) {
      return jobResult(migration);
    }
    TenantEntry tenant = lookup.get(job.tenantId());
    if (migration.backupFirst()) {
      job.step("backup");
      Optional<JobOutcome> wait = preMigrationBackup.requestOrPostpone(migration, tenant);
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
    records.start(migration.id(), clock.instant());
    Route route =
        new Route(
            migration.blueprint(),
            migration.fromVersion(),
            migration.toVersion(),
            migration.direction());
    MigrationResult result =
        migrator.migrate(
            tenant.data(),
            lookup.clusterAccess(tenant.data().cluster()),
            route,
            new MigrationTimeouts(
                Duration.ofMillis(migration.lockTimeoutMs()),
                Duration.ofMillis(migration.statementTimeoutMs())));
    Optional<Duration> pause =
        result instanceof MigrationResult.Deferred deferred
            ? retries.nextDelay(deferred, migration.attempts() + 1)
            : Optional.empty();
    records.recordResult(migration, result, pause.map(clock.instant()::plus), clock.instant());
    return pause.isPresent()
        ? JobOutcome.postponed(pause.get())
        : jobResult(records.get(migration.id()));
  }

  /** The job's result of a finished migration. */
  private static JobOutcome jobResult(Migration migration) {
    if (migration.error().isPresent()) {
      Migration.Failure error = migration.error().get();
      // No attempts are left, so the job must not be retried.
      throw new TenantryException(
          error.code().retryable() ? ErrorCode.MIGRATION_FAILED : error.code(), error.message());
    }
    return JobOutcome.done(new Result(migration.id(), migration.scripts()));
  }

  @Override
  public void giveUp(RunningJob job, Job.Failure failure) {
    records.fail(
        job.data(Migrations.Task.class).migrationId(),
        failure.code(),
        failure.message(),
        clock.instant());
  }
}
