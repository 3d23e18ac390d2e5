package io.tenantry.backup.drill;

import com.github.kagkarlsson.scheduler.task.Task;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.backup.RecurringJobs;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Requests drills: single ones, and regularly those of tenants whose last drill is oldest. */
@Singleton
public final class Drills {

  private final DrillRecords records;
  private final Jobs jobs;
  private final Database database;
  private final Config config;

  Drills(DrillRecords records, Jobs jobs, Database database, Config config) {
    this.records = records;
    this.jobs = jobs;
    this.database = database;
    this.config = config;
  }

  /** The data of a drill job. */
  @RegisterForReflection
  record DrillTask(UUID drillId, Optional<String> store) {}

  @Produces
  @Singleton
  Task<Void> regularly(RecurringJobs recurring) {
    return recurring.task(
        config.cron(), FleetDrillHandler.TYPE, new FleetDrillHandler.Batch(config.batch()));
  }

  /**
   * Submits a drill job in the caller's transaction.
   *
   * @return the job's id
   */
  public UUID request(
      Sql transaction,
      UUID tenantId,
      UUID backupId,
      Optional<String> store,
      Optional<String> deduplicationKey) {
    UUID jobId = UUID.randomUUID();
    UUID drillId = UUID.randomUUID();
    UUID submitted =
        jobs.submit(
            transaction,
            NewJob.of(DrillHandler.TYPE, new DrillTask(drillId, store))
                .withId(jobId)
                .about(tenantId)
                .once(deduplicationKey));
    if (submitted.equals(jobId)) {
      records.add(transaction, drillId, tenantId, backupId, jobId);
    }
    return submitted;
  }

  /** Submits drills for the tenants whose last drill is oldest; returns how many. */
  int requestNext(int batch) {
    int planned =
        database.inTransaction(
            sql -> {
              List<DrillRecords.Candidate> next = records.longestUndrilled(sql, batch);
              next.forEach(
                  candidate ->
                      request(
                          sql,
                          candidate.tenantId(),
                          candidate.backupId(),
                          Optional.empty(),
                          Optional.empty()));
              return next.size();
            });
    return planned;
  }

  @ConfigMapping(prefix = "tenantry.drill")
  interface Config {

    /** When drills run ({@code BACKUP_DRILL_CRON}): Quartz cron in UTC, or - for never. */
    @WithDefault("-")
    String cron();

    /** The number of tenants that are drilled each time ({@code BACKUP_DRILL_BATCH}). */
    @WithDefault("20")
    int batch();
  }
}
