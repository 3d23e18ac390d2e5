package io.tenantry.backup.campaign;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.campaign.CampaignWork.Claimed;
import io.tenantry.backup.campaign.CampaignWork.Standing;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.migration.FleetMigrator;
import io.tenantry.backup.migration.Limits;
import io.tenantry.backup.migration.MigrationConfig;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** How long work in hand may take to end when the service does. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final CampaignStore store;
  private final CampaignWork work;
  private final FleetMigrator fleet;
  private final TenantLeases leases;
  private final Database database;
  private final MigrationConfig config;
  private final MeterRegistry meters;
  private final Clock clock;

  CampaignHandler(
      CampaignStore store,
      CampaignWork work,
      FleetMigrator fleet,
      TenantLeases leases,
      Database database,
      MigrationConfig config,
      MeterRegistry meters,
      Clock clock) {
    this.store = store;
    this.work = work;
    this.fleet = fleet;
    this.leases = leases;
    this.database = database;
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

  /** What is in hand is worth its end, and the record of it. */
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
        Standing standing = work.look(campaign.id());
        if (!standing.jobId().equals(job.id())) {
          return JobOutcome.done();
        }
        job.progress(standing.total() - standing.open(), standing.total(), "tenants");
        boolean moved = standing.status() == Status.running && advance(standing);
        Optional<JobOutcome> end = crew.isIdle() && !moved ? rest(standing) : Optional.empty();
        if (end.isPresent()) {
          return end.get();
        }
        collect();
      }
    }

    /** Halts, begins the next wave, or takes more tenants; whether anything changed. */
    private boolean advance(Standing standing) {
      Optional<String> reason = standing.reasonToHalt();
      if (reason.isPresent()) {
        LOG.warnf("campaign=%s halted: %s", campaign.id(), reason.get());
        end(Status.halted, reason);
        return true;
      }
      if (standing.isWaveThrough()) {
        LOG.infof("campaign=%s wave=%d", campaign.id(), standing.wave() + 1);
        work.nextWave(campaign.id(), standing.wave());
        return true;
      }
      if (campaign.backupFirst() && work.awaitBackups(campaign.id()) > 0) {
        return true;
      }
      if (crew.room() == 0 || standing.open() == 0) {
        return false;
      }
      List<Claimed> claimed = work.claim(campaign.id(), job.id(), crew.room());
      crew.begin(claimed);
      return !claimed.isEmpty();
    }

    /** What follows when nothing is in hand; empty if the work goes on at once. */
    private Optional<JobOutcome> rest(Standing standing) {
      if (standing.status() != Status.running) {
        return work.dismiss(campaign.id(), job.id())
            ? Optional.of(JobOutcome.done())
            : Optional.empty();
      }
      if (standing.open() > 0) {
        return Optional.of(JobOutcome.postponed(pause(standing)));
      }
      if (isCurrentTarget()) {
        boolean mayMoreCome = work.mayMoreCome(campaign);
        if (store.follow(campaign.id()) > 0) {
          return Optional.empty();
        }
        if (mayMoreCome) {
          return Optional.of(JobOutcome.postponed(config.busyDelay()));
        }
      }
      LOG.infof("campaign=%s completed", campaign.id());
      end(Status.completed, Optional.empty());
      return Optional.empty();
    }

    private boolean isCurrentTarget() {
      return campaign
          .targetVersion()
          .filter(v -> fleet.isCurrent(campaign.blueprint(), v))
          .isPresent();
    }

    private Duration pause(Standing standing) {
      Duration untilNext =
          standing
              .nextAttemptAt()
              .map(next -> Duration.between(clock.instant(), next))
              .orElse(config.busyDelay());
      return untilNext.isNegative()
          ? Duration.ZERO
          : untilNext.compareTo(config.busyDelay()) < 0 ? untilNext : config.busyDelay();
    }

    private void end(Status status, Optional<String> reason) {
      if (change(campaign.id(), status, reason)) {
        meters.counter("tenantry.campaigns", "outcome", status.name()).increment();
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
      if (clock.instant().isAfter(renewed.plus(leases.renewal()))) {
        renewed = clock.instant();
        Set<UUID> lost = new HashSet<>(crew.tenants());
        lost.removeAll(leases.renew(lost, job.id()));
        crew.stop(lost);
      }
    }
  }

  @Override
  public void giveUp(RunningJob job, Job.Failure failure) {
    UUID id = job.data(Task.class).campaignId();
    change(id, Status.halted, Optional.of(failure.message()));
    work.dismiss(id, job.id());
  }

  /** Ends one that runs; false if it does not. */
  private boolean change(UUID id, Status status, Optional<String> reason) {
    return database.inTransaction(
        sql -> store.change(sql, id, List.of(Status.running), status, reason, clock.instant()));
  }
}
