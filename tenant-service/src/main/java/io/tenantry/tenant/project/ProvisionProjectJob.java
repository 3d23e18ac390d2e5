package io.tenantry.tenant.project;

import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.tenant.provisioning.NewTenant;
import io.tenantry.tenant.provisioning.ProvisioningJob;
import io.tenantry.tenant.provisioning.ServiceType;
import io.tenantry.tenant.provisioning.TenantRequests;
import io.tenantry.tenant.registry.Tenant;
import io.tenantry.tenant.registry.Tenants;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The job that provisions a registered project. */
@Singleton
final class ProvisionProjectJob implements JobHandler {

  static final String TYPE = "provision_project";

  private final Tenants tenants;
  private final TenantRequests requests;
  private final ProvisioningJob provisioning;

  ProvisionProjectJob(Tenants tenants, TenantRequests requests, ProvisioningJob provisioning) {
    this.tenants = tenants;
    this.requests = requests;
    this.provisioning = provisioning;
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
    Optional<Tenant> project =
        tenants.find(job.tenantId()).filter(t -> t.blueprint().equals(Projects.BLUEPRINT));
    if (project.isEmpty()) {
      throw Projects.notFound(job.tenantId());
    }
    return provisioning.run(
        job,
        () -> complete(project.get(), job.data(ProvisionProject.class)),
        status -> Projects.refusal(job.tenantId(), status));
  }

  private NewTenant complete(Tenant project, ProvisionProject command) {
    return requests.complete(
        project,
        command.region(),
        Optional.ofNullable(command.services()).map(ProvisionProjectJob::types),
        command.apiKeys(),
        command.ownerId(),
        command.organizationId());
  }

  private static Set<ServiceType> types(ProvisionProject.Services wanted) {
    Set<ServiceType> types = EnumSet.noneOf(ServiceType.class);
    add(types, ServiceType.AUTH, wanted.auth());
    add(types, ServiceType.REALTIME, wanted.realtime());
    add(types, ServiceType.STORAGE, wanted.storage());
    return types;
  }

  private static void add(Set<ServiceType> types, ServiceType type, Optional<Boolean> wanted) {
    if (wanted.orElse(false)) {
      types.add(type);
    }
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    provisioning.cleanUp(job, failure, true);
  }
}
