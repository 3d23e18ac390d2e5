package io.tenantry.backup.campaign;

import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.campaign.CampaignPlan.Reason;
import io.tenantry.backup.campaign.CampaignPlan.Way;
import io.tenantry.backup.campaign.CampaignProgress.Tolerance;
import io.tenantry.backup.campaign.CampaignStore.Pace;
import io.tenantry.backup.campaign.CampaignStore.Settings;
import io.tenantry.backup.migration.Direction;
import io.tenantry.backup.migration.FleetMigrator;
import io.tenantry.backup.migration.MigrationConfig;
import io.tenantry.backup.migration.MigrationTimeouts;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Starts and controls campaigns. */
@Singleton
final class Campaigns {

  private static final int DEFAULT_CANARY = 1;
  private static final double DEFAULT_RATE = 0.05;

  private final CampaignStore store;
  private final CampaignTenantStore tenants;
  private final FleetMigrator fleet;
  private final Jobs jobs;
  private final Database database;
  private final MigrationConfig config;
  private final Clock clock;

  Campaigns(
      CampaignStore store,
      CampaignTenantStore tenants,
      FleetMigrator fleet,
      Jobs jobs,
      Database database,
      MigrationConfig config,
      Clock clock) {
    this.store = store;
    this.tenants = tenants;
    this.fleet = fleet;
    this.jobs = jobs;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Plans a campaign without starting it.
   *
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
   */
  CampaignPlan plan(CampaignRequest request) {
    Settings settings = settings(request);
    String target = settings.targetVersion().orElseThrow();
    Map<String, Long> versions = tenants.countOthers(request.blueprint(), target);
    long current = tenants.countCurrent(request.blueprint(), target);
    long open = versions.values().stream().mapToLong(Long::longValue).sum();
    long canaries = Math.min(settings.pace().canary(), open);
    long waves =
        Math.ceilDiv(open - canaries, (long) settings.pace().waveSize()) + (canaries > 0 ? 1 : 0);
    List<Way> ways =
        versions.entrySet().stream()
            .map(version -> way(request.blueprint(), version.getKey(), target, version.getValue()))
            .toList();
    return new CampaignPlan(request.blueprint(), target, current, open, waves, ways);
  }

  private Way way(String blueprint, String from, String to, long tenants) {
    try {
      return new Way(
          from,
          tenants,
          Optional.of(fleet.plan(blueprint, from, to, Direction.FORWARD)),
          Optional.empty());
    } catch (TenantryException e) {
      return new Way(
          from, tenants, Optional.empty(), Optional.of(new Reason(e.code(), e.getMessage())));
    }
  }

  private Settings settings(CampaignRequest request) {
    return new Settings(
        request.blueprint(),
        Direction.FORWARD,
        Optional.of(request.targetVersion().orElseGet(() -> fleet.current(request.blueprint()))),
        Optional.empty(),
        new Pace(
            request.canary().orElse(DEFAULT_CANARY),
            request.waveSize().orElse(config.waveSize()),
            request.parallelism().orElse(config.parallelism())),
        new Tolerance(request.maxFailures(), request.maxFailureRate().orElse(DEFAULT_RATE)),
        request.backupFirst().orElse(false),
        MigrationTimeouts.of(config, request.lockTimeoutMs(), request.statementTimeoutMs()));
  }

  /**
   * Starts a campaign, or returns the one that the same request has started.
   *
   * @param deduplicationKey see {@link NewJob}
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}, {@code GOLDEN_TEMPLATE_MISSING}, {@code
   *     CAMPAIGN_IN_PROGRESS}
   */
  Campaign start(CampaignRequest request, Optional<String> deduplicationKey) {
    Settings settings = settings(request);
    // Only migrations that the golden template has run may reach a tenant.
    fleet.requireTemplate(settings.blueprint(), settings.targetVersion().orElseThrow());
    return start(settings, deduplicationKey, (sql, id) -> tenants.addTenants(sql, id));
  }

  /** Adds a campaign's tenants. */
  private interface TenantSelection {
    void addTenants(Sql transaction, UUID id);
  }

  private Campaign start(
      Settings settings, Optional<String> deduplicationKey, TenantSelection selection) {
    UUID id = UUID.randomUUID();
    UUID submitted =
        database.inTransaction(
            sql -> {
              NewJob job = job(id, deduplicationKey);
              UUID jobId = jobs.submit(sql, job);
              if (jobId.equals(job.id())) {
                store.add(sql, id, settings, jobId);
                selection.addTenants(sql, id);
              }
              return jobId;
            });
    return store.findStartedBy(submitted);
  }

  private NewJob job(UUID id, Optional<String> deduplicationKey) {
    return NewJob.of(CampaignHandler.TYPE, new CampaignHandler.Task(id)).once(deduplicationKey);
  }

  /** Starts no more tenants; those in progress are completed. */
  Campaign pause(UUID id) {
    return change(id, List.of(Status.RUNNING), Status.PAUSED, sql -> {});
  }

  /** Resumes; failures so far no longer halt the campaign. */
  Campaign resume(UUID id) {
    return change(
        id,
        List.of(Status.PAUSED, Status.HALTED),
        Status.RUNNING,
        sql -> store.resetFailureCount(sql, id));
  }

  /** Starts no more tenants for good; those in progress are completed. */
  Campaign cancel(UUID id) {
    return change(
        id,
        List.of(Status.RUNNING, Status.PAUSED, Status.HALTED),
        Status.CANCELLED,
        sql -> tenants.cancelPending(sql, id, clock.instant()));
  }

  /** Retries the failed tenants. */
  Campaign retry(UUID id) {
    return change(
        id,
        List.of(Status.HALTED, Status.COMPLETED, Status.RUNNING, Status.PAUSED),
        Status.RUNNING,
        sql -> {
          if (tenants.retryFailed(sql, id) == 0) {
            throw new TenantryException(
                ErrorCode.CAMPAIGN_STATE, "No tenant of the campaign has failed.");
          }
          store.resetFailureCount(sql, id);
        });
  }

  private Campaign change(UUID id, List<Status> from, Status to, Consumer<Sql> work) {
    Campaign campaign = store.get(id);
    database.transact(
        sql -> {
          if (!store.change(sql, id, from, to, Optional.empty(), clock.instant())) {
            throw new TenantryException(
                ErrorCode.CAMPAIGN_STATE,
                "The campaign is %s; it must be %s."
                    .formatted(
                        campaign.status(),
                        from.stream().map(Status::toString).collect(Collectors.joining(" or "))));
          }
          work.accept(sql);
          if (to == Status.RUNNING) {
            assignJobIfIdle(sql, id);
          }
        });
    return store.get(id);
  }

  /** Submits a job, unless one still runs the campaign. */
  private void assignJobIfIdle(Sql sql, UUID id) {
    if (store.isIdle(sql, id)) {
      store.assignJob(sql, id, jobs.submit(sql, job(id, Optional.empty())));
    }
  }

  /**
   * Starts a campaign that rolls this one back.
   *
   * @param backupFirst whether to back up each tenant before its rollback
   * @throws TenantryException {@code CAMPAIGN_STATE}, {@code ROLLBACK_IMPOSSIBLE}, {@code
   *     CAMPAIGN_IN_PROGRESS}
   */
  Campaign rollBack(UUID id, boolean backupFirst, Optional<String> deduplicationKey) {
    Campaign campaign = store.get(id);
    if (campaign.status() == Status.RUNNING || campaign.status() == Status.PAUSED) {
      throw new TenantryException(
          ErrorCode.CAMPAIGN_STATE, "The campaign is " + campaign.status() + "; cancel it first.");
    }
    if (campaign.direction() == Direction.ROLLBACK) {
      throw new TenantryException(
          ErrorCode.CAMPAIGN_STATE, "The campaign is a rollback; it cannot be rolled back.");
    }
    tenants
        .rollbackChanges(id)
        .forEach(
            change ->
                fleet.plan(
                    campaign.blueprint(),
                    change.fromVersion(),
                    change.toVersion(),
                    Direction.ROLLBACK));
    return start(
        new Settings(
            campaign.blueprint(),
            Direction.ROLLBACK,
            Optional.empty(),
            Optional.of(id),
            new Pace(campaign.canary(), campaign.waveSize(), campaign.parallelism()),
            new Tolerance(campaign.maxFailures(), campaign.maxFailureRate()),
            backupFirst,
            new MigrationTimeouts(
                Duration.ofMillis(campaign.lockTimeoutMs()),
                Duration.ofMillis(campaign.statementTimeoutMs()))),
        deduplicationKey,
        (sql, rollback) -> tenants.addMigrated(sql, rollback, id));
  }
}
