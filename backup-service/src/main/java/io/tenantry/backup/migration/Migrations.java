package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Plans and requests migrations of single tenants. */
@Singleton
public final class Migrations {

  private final MigrationRoutes routes;
  private final TenantMigrator migrator;
  private final TenantLookup lookup;
  private final MigrationRecords records;
  private final Jobs jobs;
  private final Database database;
  private final MigrationConfig config;

  Migrations(
      MigrationRoutes routes,
      TenantMigrator migrator,
      TenantLookup lookup,
      MigrationRecords records,
      Jobs jobs,
      Database database,
      MigrationConfig config) {
    this.routes = routes;
    this.migrator = migrator;
    this.lookup = lookup;
    this.records = records;
    this.jobs = jobs;
    this.database = database;
    this.config = config;
  }

  /** The data of a migration job. */
  @RegisterForReflection
  record Task(UUID migrationId) {}

  /**
   * Plans a request from the tenant's actual history.
   *
   * @throws TenantryException the error that the migration would fail with
   */
  Plan plan(TenantEntry tenant, MigrationRequest request) {
    return migrator.plan(
        tenant.data(),
        lookup.clusterAccess(tenant.data().cluster()),
        routes.possible(tenant, request),
        request.timeouts(config));
  }

  /** Submits a migration job; returns its id, or the earlier job's id for a repeated request. */
  UUID request(TenantEntry tenant, MigrationRequest request, Optional<String> deduplicationKey) {
    Route route = routes.possible(tenant, request);
    return database.inTransaction(sql -> add(sql, tenant, route, request, deduplicationKey));
  }

  /**
   * Submits a migration job in the caller's transaction; the job itself finds out what prevents it.
   */
  public void request(Sql transaction, TenantEntry tenant, MigrationRequest request) {
    UUID unused = add(transaction, tenant, routes.of(tenant, request), request, Optional.empty());
  }

  private UUID add(
      Sql sql,
      TenantEntry tenant,
      Route route,
      MigrationRequest request,
      Optional<String> deduplicationKey) {
    UUID jobId = UUID.randomUUID();
    UUID migrationId = UUID.randomUUID();
    UUID submitted =
        jobs.submit(
            sql,
            NewJob.of(MigrationHandler.TYPE, new Task(migrationId))
                .withId(jobId)
                .about(tenant.tenantId())
                .withPriority(NewJob.HIGH)
                .once(deduplicationKey));
    if (submitted.equals(jobId)) {
      records.add(
          sql,
          new MigrationRecords.Planned(
              migrationId,
              tenant.tenantId(),
              route,
              request.backupFirst().orElse(route.direction() == Direction.ROLLBACK),
              request.timeouts(config),
              jobId));
    }
    return submitted;
  }
}
