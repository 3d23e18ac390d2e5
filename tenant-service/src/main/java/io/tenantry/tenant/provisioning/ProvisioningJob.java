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
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Provisions the registered tenant of a job. It can be repeated at any time: after a failed
 * process, recovery first sets the tenant back to registered.
 */
@Singleton
public final class ProvisioningJob {

  private final Provisioner provisioner;
  private final ProvisioningJobStore store;
  private final ActivationStore activations;
  private final Config config;
  private final Duration recoveryDelay;

  ProvisioningJob(
      Provisioner provisioner,
      ProvisioningJobStore store,
      ActivationStore activations,
      Config config,
      ProvisioningConfig provisioning) {
    this.provisioner = provisioner;
    this.store = store;
    this.activations = activations;
    this.config = config;
    this.recoveryDelay = provisioning.retryDelay();
  }

  /** The retry policy of provisioning jobs. */
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.retryDelay());
  }

  /**
   * Provisions the job's tenant.
   *
   * @param tenant supplies the request when provisioning starts
   * @param refusal creates the error for a tenant that is not registered
   * @throws TenantryException with the code of the failed step, or the refusal
   */
  public JobOutcome run(
      RunningJob job,
      Supplier<NewTenant> tenant,
      Function<TenantStatus, TenantryException> refusal) {
    ProvisioningJobStore.State state = store.state(job.tenantId());
    if (state.status() == TenantStatus.ACTIVE
        && state.jobId().filter(job.id()::equals).isPresent()) {
      // An earlier attempt completed, and its process failed before recording that; or recovery
      // completed it, without API keys.
      activations.issueMissingKeys(job.id(), tenant.get());
      return JobOutcome.done(store.result(job.tenantId()));
    }
    return switch (state.status()) {
      case REGISTERED -> provision(job, tenant.get());
      case PROVISIONING, ROLLING_BACK -> JobOutcome.postponed(recoveryDelay);
      case ACTIVE, SUSPENDED, DELETING, DELETED -> throw refusal.apply(state.status());
    };
  }

  /** The outcome of a job whose tenant was provisioned by an earlier request. */
  JobOutcome alreadyDone(UUID tenantId) {
    return JobOutcome.done(store.result(tenantId));
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
    return new TenantryException(code, code.title() + ". Everything was rolled back.", cause);
  }

  /**
   * Records that the job failed permanently.
   *
   * @param keepRegistered whether the tenant stays registered for another job; otherwise its name
   *     is released
   */
  public void cleanUp(RunningJob job, Job.Failure failure, boolean keepRegistered) {
    store.giveUp(job.tenantId(), failure.code().name(), keepRegistered);
  }

  /** Retries of provisioning jobs. */
  @ConfigMapping(prefix = "tenantry.provisioning-jobs")
  interface Config {

    /** The maximum number of attempts of a job ({@code PROVISIONING_JOB_ATTEMPTS}). */
    @WithDefault("3")
    int attempts();

    /** The delay before a failed job is retried ({@code PROVISIONING_JOB_RETRY_DELAY}). */
    @WithDefault("5m")
    Duration retryDelay();
  }
}
