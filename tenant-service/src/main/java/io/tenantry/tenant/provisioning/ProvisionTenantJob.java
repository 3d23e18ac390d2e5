package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.util.UUID;

/** The job that provisions a tenant asynchronously. */
@Singleton
public final class ProvisionTenantJob implements JobHandler {

  public static final String TYPE = "provision_tenant";

  private final Database database;
  private final TenantRequests requests;
  private final Registrations registrations;
  private final TenantIds ids;
  private final ProvisioningJob provisioning;
  private final ExternalIds externalIds;
  private final Jobs jobs;

  ProvisionTenantJob(
      Database database,
      TenantRequests requests,
      Registrations registrations,
      TenantIds ids,
      ProvisioningJob provisioning,
      ExternalIds externalIds,
      Jobs jobs) {
    this.database = database;
    this.requests = requests;
    this.registrations = registrations;
    this.ids = ids;
    this.provisioning = provisioning;
    this.externalIds = externalIds;
    this.jobs = jobs;
  }

  /**
   * Reserves the name and submits the job.
   *
   * @throws TenantryException {@code TENANT_NAME_TAKEN}, {@code QUOTA_EXCEEDED}, or {@code
   *     EXTERNAL_ID_TAKEN} or {@code TENANT_BUSY} for an earlier tenant with the same external id
   */
  Creation submit(CreateTenant request) {
    UUID tenantId = ids.next();
    return externalIds.createOnce(
        request,
        tenantId,
        () -> new Creation.Submitted(submit(tenantId, request)),
        Creation.Existing::new);
  }

  private Job submit(UUID tenantId, CreateTenant request) {
    UUID jobId =
        database.inTransaction(
            sql -> {
              register(sql, tenantId, request);
              return submit(sql, UUID.randomUUID(), tenantId, request);
            });
    return jobs.get(jobId);
  }

  /** Submits a job that registers the tenant when it runs; returns the tenant's id. */
  public UUID submit(Sql transaction, UUID jobId, CreateTenant request) {
    UUID tenantId = ids.next();
    submit(transaction, jobId, tenantId, request);
    return tenantId;
  }

  /** Registers a tenant, unless it is already registered. */
  private void register(Sql transaction, UUID tenantId, CreateTenant request) {
    registrations.add(transaction, requests.complete(tenantId, request).registration());
  }

  private UUID submit(Sql transaction, UUID jobId, UUID tenantId, CreateTenant request) {
    return jobs.submit(
        transaction,
        NewJob.of(TYPE, request).withId(jobId).about(tenantId).withPriority(NewJob.HIGH));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return provisioning.retryPolicy();
  }

  @Override
  public JobOutcome run(RunningJob job) {
    CreateTenant request = job.data(CreateTenant.class);
    return externalIds.createOnce(
        request,
        job.tenantId(),
        () -> provision(job, request),
        tenant -> provisioning.alreadyDone(tenant.tenantId()));
  }

  private JobOutcome provision(RunningJob job, CreateTenant request) {
    database.transact(sql -> register(sql, job.tenantId(), request));
    return provisioning.run(
        job,
        () -> requests.complete(job.tenantId(), request),
        status ->
            new TenantryException(ErrorCode.TENANT_BUSY, "The tenant is already " + status + "."));
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    provisioning.cleanUp(job, failure, false);
  }
}
