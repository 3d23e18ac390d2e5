package io.tenantry.tenant.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a job provisions a registered tenant. It may be repeated at any moment: where an attempt died
 * with its process, its tenant is first taken back to registered by whoever recovers it.
 */
@Singleton
public final class ProvisioningJob {

  private final Provisioner provisioner;
  private final ProvisioningJobStore store;
  private final Config config;
  private final Duration recoveryDelay;

  ProvisioningJob(
      Provisioner provisioner,
      ProvisioningJobStore store,
      Config config,
      ProvisioningConfig provisioning) {
    this.provisioner = provisioner;
    this.store = store;
    this.config = config;
    this.recoveryDelay = provisioning.retryDelay();
  }

  /** How often a job is tried, and when again. */
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.retryDelay());
  }

  /**
   * Provisions the job's tenant.
   *
   * @param tenant what it is to be; asked for when it is about to be made
   * @param refusal why a tenant that is not registered is not provisioned
   * @throws TenantryException with the code of what failed, or that of the refusal
   */
  public JobOutcome run(
      RunningJob job,
      Supplier<NewTenant> tenant,
      Function<TenantStatus, TenantryException> refusal) {
    ProvisioningJobStore.State state = store.state(job.tenantId());
    if (state.status() == TenantStatus.ACTIVE
        && state.jobId().filter(job.id()::equals).isPresent()) {
      // An attempt before this one made it, and died before it could say so.
      return JobOutcome.done(store.result(job.tenantId()));
    }
    return switch (state.status()) {
      case REGISTERED -> provision(job, tenant.get());
      case PROVISIONING, ROLLING_BACK -> JobOutcome.postponed(recoveryDelay);
      case ACTIVE, SUSPENDED, DELETING, DELETED -> throw refusal.apply(state.status());
    };
  }

  private JobOutcome provision(RunningJob job, NewTenant tenant) {
    return switch (provisioner.provision(
        tenant, new Requester.JobRequester(job.id(), job::steps))) {
      case Outcome.Provisioned done -> JobOutcome.done(store.result(job.tenantId()));
      case Outcome.RolledBack failed -> throw failure(failed.code(), failed.cause());
      case Outcome.RollingBack failed -> throw failure(failed.code(), failed.cause());
    };
  }

  private static TenantryException failure(ErrorCode code, Throwable cause) {
    return new TenantryException(code, code.title() + ". Everything it made is undone.", cause);
  }

  /**
   * Says that the job's tenant will not be.
   *
   * @param keepRegistered whether it stays registered, to be provisioned by another job; else its
   *     name is freed
   */
  public void giveUp(RunningJob job, Job.Failure failure, boolean keepRegistered) {
    store.giveUp(job.tenantId(), failure.code().name(), keepRegistered);
  }

  @ConfigMapping(prefix = "tenantry.provisioning-jobs")
  interface Config {

    /** How often a job is tried in all ({@code PROVISIONING_JOB_ATTEMPTS}). */
    @WithDefault("3")
    int attempts();

    /** When a job that failed is tried again ({@code PROVISIONING_JOB_RETRY_DELAY}). */
    @WithDefault("5m")
    Duration retryDelay();
  }
}
