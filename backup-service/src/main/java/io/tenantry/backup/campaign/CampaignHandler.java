package io.tenantry.backup.campaign;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.campaign.CampaignProgress.Step;
import io.tenantry.backup.migration.FleetMigrator;
import io.tenantry.backup.migration.Limits;
import io.tenantry.backup.migration.MigrationConfig;
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
 * Works on a campaign. One replica does at a time, and when it dies, another one goes on: where the
 * campaign stands is all in its rows. It gives its place among the jobs away while all that is left
 * has to wait, so that the backups that it waits for can be made.
 */
@Singleton
final class CampaignHandler implements JobHandler {

  static final String TYPE = "campaign";

  private static final Logger LOG = Logger.getLogger(CampaignHandler.class);

  /** The work goes on after as many crashes as there may be. */
  private static final int ATTEMPTS = 1_000;

  private static final Duration PATIENCE = Duration.ofMillis(100);

  /** How long work in progress may take to end when the service does. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final CampaignStore store;
  private final CampaignTenantStore tenants;
  private final CampaignWork work;
  private final FleetMigrator fleet;
  private final MigrationConfig config;
  private final MeterRegistry meters;
  private final Clock clock;

  CampaignHandler(
      CampaignStore store,
      CampaignTenantStore tenants,
      CampaignWork work,
      FleetMigrator fleet,
      MigrationConfig config,
      MeterRegistry meters,
      Clock clock) {
    this.store = store;
    this.tenants = tenants;
    this.work = work;
    this.fleet = fleet;
    this.config = config;
    this.meters = meters;
    this.clock = clock;
  }

  /** What the job is given. */
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
    work.reclaim(campaign.id());
    FleetMigrator.Trip trip =
        fleet.begin(
            campaign.blueprint(),
            campaign.direction(),
            new Limits(
                Duration.ofMillis(campaign.lockTimeoutMs()),
                Duration.ofMillis(campaign.statementTimeoutMs())));
    try (Crew crew =
        new Crew(
            campaign.parallelism(),
            claimed ->
                trip.migrate(claimed.tenant(), claimed.fromVersion(), claimed.toVersion()))) {
      try {
        return new Shift(campaign, job, crew).work();
      } catch (InterruptedException | RuntimeException e) {
        farewell(crew, job.id(), e);
        throw e;
      }
    }
  }

  /** Work in progress is completed and recorded. */
  private void farewell(Crew crew, UUID jobId, Exception cause) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    try {
      List<Crew.Ended> ended = crew.finish(FAREWELL);
      if (!ended.isEmpty()) {
        work.record(ended, jobId);
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
    if (interrupted) {
      throw new InterruptedException();
    }
  }

  /** One attempt at the job. */
  private final class Shift {

    private final Campaign campaign;
    private final RunningJob job;
    private final Crew crew;
    private Instant renewed = clock.instant();

    Shift(Campaign campaign, RunningJob job, Crew crew) {
      this.campaign = campaign;
      this.job = job;
      this.crew = crew;
    }

    JobOutcome work() throws InterruptedException {
      while (true) {
        CampaignProgress progress = store.progress(campaign.id());
        if (!progress.jobId().equals(job.id())) {
          return JobOutcome.done();
        }
        job.progress(progress.tenants().ended(), progress.tenants().total(), "tenants");
        boolean moved = advance(progress);
        Optional<JobOutcome> end = crew.isIdle() && !moved ? rest(progress) : Optional.empty();
        if (end.isPresent()) {
          return end.get();
        }
        collect();
      }
    }

    /** Halts, begins the next wave, or takes more tenants; whether anything changed. */
    private boolean advance(CampaignProgress progress) {
      return switch (progress.next()) {
        case Step.Halt(String reason) -> {
          LOG.warnf("campaign=%s halted: %s", campaign.id(), reason);
          end(Status.HALTED, Optional.of(reason));
          yield true;
        }
        case Step.NextWave(int wave) -> {
          LOG.infof("campaign=%s wave=%d", campaign.id(), wave);
          store.beginWave(campaign.id(), wave);
          yield true;
        }
        case Step.Migrate() -> takeMore(progress.tenants().open() > 0);
        case Step.Finish() -> false;
      };
    }

    private boolean takeMore(boolean any) {
      if (campaign.backupFirst() && work.awaitBackups(campaign.id()) > 0) {
        return true;
      }
      if (crew.room() == 0 || !any) {
        return false;
      }
      List<Claimed> claimed = work.claim(campaign.id(), job.id(), crew.room());
      crew.begin(claimed);
      return !claimed.isEmpty();
    }

    /** What follows when nothing is in progress; empty if the work goes on at once. */
    private Optional<JobOutcome> rest(CampaignProgress progress) {
      if (progress.status() != Status.RUNNING) {
        return store.dismiss(campaign.id(), job.id())
            ? Optional.of(JobOutcome.done())
            : Optional.empty();
      }
      if (progress.tenants().open() > 0) {
        return Optional.of(
            JobOutcome.postponed(progress.pause(clock.instant(), config.busyDelay())));
      }
      if (isCurrentTarget()) {
        boolean mayMoreCome =
            tenants.mayMoreCome(campaign, clock.instant().minus(config.settling()));
        if (tenants.follow(campaign.id()) > 0) {
          return Optional.empty();
        }
        if (mayMoreCome) {
          return Optional.of(JobOutcome.postponed(config.busyDelay()));
        }
      }
      LOG.infof("campaign=%s completed", campaign.id());
      end(Status.COMPLETED, Optional.empty());
      return Optional.empty();
    }

    private boolean isCurrentTarget() {
      return campaign
          .targetVersion()
          .filter(v -> fleet.isCurrent(campaign.blueprint(), v))
          .isPresent();
    }

    private void end(Status status, Optional<String> reason) {
      if (change(campaign.id(), status, reason)) {
        meters.counter("tenantry.campaigns", "outcome", status.toString()).increment();
      }
    }

    private void collect() throws InterruptedException {
      if (crew.isIdle()) {
        return;
      }
      List<Crew.Ended> ended = crew.await(PATIENCE);
      if (!ended.isEmpty()) {
        work.record(ended, job.id());
      }
      if (clock.instant().isAfter(renewed.plus(work.renewal()))) {
        renewed = clock.instant();
        crew.stop(work.renew(crew.tenants(), job.id()));
      }
    }
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    UUID id = job.data(Task.class).campaignId();
    change(id, Status.HALTED, Optional.of(failure.message()));
    store.dismiss(id, job.id());
  }

  /** Ends one that runs; false if it does not. */
  private boolean change(UUID id, Status status, Optional<String> reason) {
    return store.end(id, status, reason, clock.instant());
  }
}
