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

/** Has a job done regularly, once over all replicas. */
@Singleton
public final class Recurring {

  private final Database database;
  private final Jobs jobs;

  Recurring(Database database, Jobs jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /**
   * A task for db-scheduler that submits a job whenever the expression fires.
   *
   * @param cron a Quartz cron expression, in UTC; {@code -} for never
   * @param type the job's type
   * @param data what the job is given
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

  /** Submits a job of no tenant; returns its id. */
  public UUID submit(String type, Object data, Optional<String> deduplicationKey) {
    return database.inTransaction(
        sql -> jobs.submit(sql, NewJob.of(type, data).once(deduplicationKey)));
  }
}
