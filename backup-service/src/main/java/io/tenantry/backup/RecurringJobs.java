package io.tenantry.backup;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** Submits jobs by cron expression; across all replicas, each firing submits one job. */
@Singleton
public final class RecurringJobs {

  private final Database database;
  private final Jobs jobs;

  RecurringJobs(Database database, Jobs jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /**
   * A task for db-scheduler that submits a job whenever the expression fires.
   *
   * @param cron a Quartz cron expression, in UTC; {@code -} for never
   * @param type the job's type
   * @param data the job's data
   */
  public Task<Void> task(String cron, String type, Object data) {
    return Tasks.recurring(
            "regular_" + type, new CronSchedule(cron, ZoneOffset.UTC, CronStyle.QUARTZ))
        .execute(
            (instance, context) -> {
              Instant planned = context.getExecution().executionTime;
              submit(type, data, Optional.of("%s planned for %s".formatted(type, planned)));
            });
  }

  /** Submits a job that belongs to no tenant; returns the job's id. */
  public UUID submit(String type, Object data, Optional<String> deduplicationKey) {
    return database.inTransaction(
        sql -> jobs.submit(sql, NewJob.of(type, data).once(deduplicationKey)));
  }
}
