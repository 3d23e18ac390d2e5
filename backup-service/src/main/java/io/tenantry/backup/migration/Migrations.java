package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Has single tenants migrated. */
@Singleton
public final class Migrations {

  private final Routes routes;
  private final TenantMigrator migrator;
  private final TenantPlaces places;
  private final MigrationRecords records;
  private final Jobs jobs;
  private final Database database;
  private final MigrationConfig config;

  Migrations(
      Routes routes,
      TenantMigrator migrator,
      TenantPlaces places,
      MigrationRecords records,
      Jobs jobs,
      Database database,
      MigrationConfig config) {
    this.routes = routes;
    this.migrator = migrator;
    this.places = places;
    this.records = records;
    this.jobs = jobs;
    this.database = database;
    this.config = config;
  }

  /** What the job of a migration is given. */
  @RegisterForReflection
  record Task(UUID migrationId) {}

  /**
   * What a request would do, by the tenant's own history.
   *
   * @throws TenantryException with what it would be refused with
   */
  Plan plan(TenantEntry tenant, MigrationRequest request) {
    return migrator.plan(
        tenant.data(),
        places.admin(tenant.data().cluster()),
        routes.possible(tenant, request),
        request.limits(config));
  }

  /** Plans a migration; returns its job's id, or that of the request made before. */
  UUID request(TenantEntry tenant, MigrationRequest request, Optional<String> deduplicationKey) {
    Route route = routes.possible(tenant, request);
    return database.inTransaction(sql -> add(sql, tenant, route, request, deduplicationKey));
  }

  /** Plans a migration in the caller's transaction; what hinders it, its job finds out. */
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
              request.limits(config),
              jobId));
    }
    return submitted;
  }
}
