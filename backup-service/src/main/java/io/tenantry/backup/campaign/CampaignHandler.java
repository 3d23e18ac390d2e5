package io.tenantry.backup.campaign;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.campaign.CampaignProgress.Step;
import io.tenantry.backup.migration.FleetMigrator;
import io.tenantry.backup.migration.MigrationConfig;
import io.tenantry.backup.migration.MigrationTimeouts;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Runs campaigns. One replica at a time runs a campaign; after a crash another replica continues
 * from the campaign's rows. While all remaining tenants wait, the job is postponed, so that it does
 * not occupy a job slot that their backups need.
 */
@Singleton
final class CampaignHandler implements JobHandler {

  static final String TYPE = "campaign";

  private static final Logger LOG = Logger.getLogger(CampaignHandler.class);

  /** High, because each crash of a replica counts as an attempt. */
  private static final int ATTEMPTS = 1_000;

  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  /** How long migrations in progress may take to complete at shutdown. */
  private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(5);

  private final CampaignStore store;
  private final CampaignTenantStore tenants;
  private final CampaignAttempts attempts;
  private final FleetMigrator fleet;
  private final MigrationConfig config;
  private final MeterRegistry meters;
  private final Clock clock;

  CampaignHandler(
      CampaignStore store,
      CampaignTenantStore tenants,
      CampaignAttempts attempts,
      FleetMigrator fleet,
      MigrationConfig config,
      MeterRegistry meters,
      Clock clock) {
    this.store = store;
    this.tenants = tenants;
    this.attempts = attempts;
    this.fleet = fleet;
    this.config = config;
    this.meters = meters;
    this.clock = clock;
  }

  /** The job's data. */
  @RegisterForReflection
  record Task(UUID campaignId) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(ATTEMPTS, config.retryDelay(), config.maxRetryDelay());
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Campaign campaign = store.get(job.data(Task.class).campaignId());
    attempts.reclaim(campaign.id());
    FleetMigrator.Run fleetRun =
        fleet.start(
            campaign.blueprint(),
            campaign.direction(),
            new MigrationTimeouts(
                Duration.ofMillis(campaign.lockTimeoutMs()),
                Duration.ofMillis(campaign.statementTimeoutMs())));
    try (MigrationWorkers workers =
        new MigrationWorkers(
            campaign.parallelism(),
            claimed ->
                fleetRun.migrate(claimed.tenant(), claimed.fromVersion(), claimed.toVersion()))) {
      try {
        return new CampaignRun(campaign, job, workers).run();
      } catch (InterruptedException | RuntimeException e) {
        completeInProgress(workers, job.id(), e);
        throw e;
      }
    }
  }

  /** Waits for migrations in progress and records their results. */
  private void completeInProgress(MigrationWorkers workers, UUID jobId, Exception cause)
      throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    try {
      List<MigrationWorkers.Finished> finished = workers.awaitAll(SHUTDOWN_GRACE);
      if (!finished.isEmpty()) {
        attempts.record(finished, jobId);
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
    if (interrupted) {
      throw new InterruptedException();
    }
  }

  /** One attempt of the job. */
  private final class CampaignRun {

    private final Campaign campaign;
    private final RunningJob job;
    private final MigrationWorkers workers;
    private Instant lastRenewal = clock.instant();

    CampaignRun(Campaign campaign, RunningJob job, MigrationWorkers workers) {
      this.campaign = campaign;
      this.job = job;
      this.workers = workers;
    }

    JobOutcome run() throws InterruptedException {
      while (true) {
        CampaignProgress progress = store.progress(campaign.id());
        if (!progress.jobId().equals(job.id())) {
          return JobOutcome.done();
        }
        job.progress(progress.tenants().finished(), progress.tenants().total(), "tenants");
        boolean moved = advance(progress);
        Optional<JobOutcome> end =
            workers.isIdle() && !moved ? finishOrPostpone(progress) : Optional.empty();
        if (end.isPresent()) {
          return end.get();
        }
        collect();
      }
    }

    /** Halts, starts the next wave or claims more tenants; returns whether anything changed. */
    private boolean advance(CampaignProgress progress) {
      return switch (progress.next()) {
        case Step.Halt(String reason) -> {
          LOG.warnf("campaign halted; resume or cancel it campaign=%s: %s", campaign.id(), reason);
          finish(Status.HALTED, Optional.of(reason));
          yield true;
        }
        case Step.NextWave(int wave) -> {
          LOG.infof("wave started campaign=%s wave=%d", campaign.id(), wave);
          store.startWave(campaign.id(), wave);
          yield true;
        }
        case Step.Migrate() -> claimMore(progress.tenants().open() > 0);
        case Step.Finish() -> false;
      };
    }

    private boolean claimMore(boolean hasOpenTenants) {
      if (campaign.backupFirst() && attempts.continueAfterBackups(campaign.id()) > 0) {
        return true;
      }
      if (workers.freeSlots() == 0 || !hasOpenTenants) {
        return false;
      }
      List<ClaimedTenant> claimed = attempts.claim(campaign.id(), job.id(), workers.freeSlots());
      workers.start(claimed);
      return !claimed.isEmpty();
    }

    /** Decides what to do while no migration is in progress; empty to continue at once. */
    private Optional<JobOutcome> finishOrPostpone(CampaignProgress progress) {
      if (progress.status() != Status.RUNNING) {
        return store.releaseJob(campaign.id(), job.id())
            ? Optional.of(JobOutcome.done())
            : Optional.empty();
      }
      if (progress.tenants().open() > 0) {
        return Optional.of(
            JobOutcome.postponed(progress.pause(clock.instant(), config.busyDelay())));
      }
      if (isCurrentTarget()) {
        boolean mayGetMoreTenants =
            tenants.mayGetMoreTenants(campaign, clock.instant().minus(config.settling()));
        if (tenants.addLateTenants(campaign.id()) > 0) {
          return Optional.empty();
        }
        if (mayGetMoreTenants) {
          return Optional.of(JobOutcome.postponed(config.busyDelay()));
        }
      }
      LOG.infof("campaign completed campaign=%s", campaign.id());
      finish(Status.COMPLETED, Optional.empty());
      return Optional.empty();
    }

    private boolean isCurrentTarget() {
      return campaign
          .targetVersion()
          .filter(v -> fleet.isCurrent(campaign.blueprint(), v))
          .isPresent();
    }

    private void finish(Status status, Optional<String> reason) {
      if (change(campaign.id(), status, reason)) {
        meters.counter("tenantry.campaigns", "outcome", status.toString()).increment();
      }
    }

    private void collect() throws InterruptedException {
      if (workers.isIdle()) {
        return;
      }
      List<MigrationWorkers.Finished> finished = workers.poll(POLL_TIMEOUT);
      if (!finished.isEmpty()) {
        attempts.record(finished, job.id());
      }
      if (clock.instant().isAfter(lastRenewal.plus(attempts.renewalInterval()))) {
        lastRenewal = clock.instant();
        workers.interrupt(attempts.renew(workers.tenants(), job.id()));
      }
    }
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    UUID id = job.data(Task.class).campaignId();
    change(id, Status.HALTED, Optional.of(failure.message()));
    store.releaseJob(id, job.id());
  }

  /** Changes the status of a running campaign; false if it is not running. */
  private boolean change(UUID id, Status status, Optional<String> reason) {
    return store.changeRunning(id, status, reason, clock.instant());
  }
}
