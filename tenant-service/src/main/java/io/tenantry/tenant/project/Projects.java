package io.tenantry.tenant.project;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobFilter;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.provisioning.Owner;
import io.tenantry.tenant.provisioning.Registrations;
import io.tenantry.tenant.provisioning.TenantIds;
import io.tenantry.tenant.provisioning.TenantRequests;
import io.tenantry.tenant.registry.Tenant;
import io.tenantry.tenant.registry.TenantFilter;
import io.tenantry.tenant.registry.Tenants;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Registers, lists and provisions projects. */
@Singleton
public final class Projects {

  /** The blueprint of every project. */
  static final String BLUEPRINT = "project";

  private final Database database;
  private final Tenants tenants;
  private final TenantIds ids;
  private final TenantRequests requests;
  private final Registrations registrations;
  private final Jobs jobs;

  Projects(
      Database database,
      Tenants tenants,
      TenantIds ids,
      TenantRequests requests,
      Registrations registrations,
      Jobs jobs) {
    this.database = database;
    this.tenants = tenants;
    this.ids = ids;
    this.requests = requests;
    this.registrations = registrations;
    this.jobs = jobs;
  }

  /**
   * Registers a project and reserves its name, without creating its database.
   *
   * @throws TenantryException {@code TENANT_NAME_TAKEN}
   */
  Project register(CreateProject request) {
    UUID id = ids.next();
    Owner owner =
        new Owner(
            request.ownerId(),
            request.organizationId(),
            null,
            Objects.requireNonNullElse(request.metadata(), Map.of()));
    database.transact(
        sql ->
            registrations.add(
                sql,
                requests.registration(
                    id,
                    request.name(),
                    request.environment(),
                    BLUEPRINT,
                    request.region(),
                    owner)));
    return get(id);
  }

  /**
   * The project with this id.
   *
   * @throws TenantryException {@code PROJECT_NOT_FOUND}
   */
  Project get(UUID id) {
    return find(id)
        .filter(project -> project.status() != TenantStatus.DELETED)
        .orElseThrow(() -> notFound(id));
  }

  private Optional<Project> find(UUID id) {
    return tenants.find(id).filter(tenant -> tenant.blueprint().equals(BLUEPRINT)).map(Project::of);
  }

  /** A page of projects, oldest first. */
  Page<Project> list(@Nullable String status, @Nullable UUID after, int limit) {
    Page<Tenant> page = tenants.list(TenantFilter.of(status, BLUEPRINT), after, limit);
    return new Page<>(page.items().stream().map(Project::of).toList(), page.next());
  }

  /**
   * Submits the job that provisions a project, or returns the one in progress.
   *
   * @throws TenantryException {@code PROJECT_NOT_FOUND}, {@code PROJECT_SUSPENDED}, {@code
   *     PROJECT_ALREADY_PROVISIONED}, {@code TENANT_BUSY}
   */
  Job provision(UUID id, ProvisionProject request) {
    TenantStatus status = find(id).map(Project::status).orElse(TenantStatus.DELETED);
    Optional<Job> current =
        Stream.of(Job.Status.PENDING, Job.Status.RUNNING)
            .flatMap(
                state ->
                    jobs
                        .list(
                            new JobFilter(
                                Optional.of(id),
                                Optional.of(ProvisionProjectJob.TYPE),
                                Optional.of(state)),
                            Optional.empty(),
                            1)
                        .items()
                        .stream())
            .findFirst();
    if (current.isPresent()) {
      return current.get();
    }
    if (status != TenantStatus.REGISTERED) {
      throw refusal(id, status);
    }
    UUID jobId = UUID.randomUUID();
    database.transact(sql -> submit(sql, jobId, request.of(id)));
    return jobs.get(jobId);
  }

  /** Submits the job of a command; the job checks whether the project can be provisioned. */
  public void submit(Sql transaction, UUID jobId, ProvisionProject command) {
    jobs.submit(
        transaction,
        NewJob.of(ProvisionProjectJob.TYPE, command)
            .withId(jobId)
            .about(command.projectId())
            .withPriority(NewJob.HIGH));
  }

  /** The error for a project whose status does not permit provisioning. */
  static TenantryException refusal(UUID id, TenantStatus status) {
    return switch (status) {
      case DELETED, DELETING -> notFound(id);
      case SUSPENDED ->
          new TenantryException(
              ErrorCode.PROJECT_SUSPENDED, "The project is suspended; resume it.");
      case ACTIVE ->
          new TenantryException(
              ErrorCode.PROJECT_ALREADY_PROVISIONED, "The project is already provisioned.");
      case REGISTERED, PROVISIONING, ROLLING_BACK ->
          new TenantryException(ErrorCode.TENANT_BUSY, "The project is " + status + "; try again.");
    };
  }

  static TenantryException notFound(UUID id) {
    return new TenantryException(ErrorCode.PROJECT_NOT_FOUND, "There is no project " + id + ".");
  }
}
