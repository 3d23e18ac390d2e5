package io.tenantry.kernel.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.serializer.jackson.ScheduleMixin;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.PlainScheduleAndData;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import com.github.kagkarlsson.scheduler.task.schedule.Daily;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import com.github.kagkarlsson.scheduler.task.schedule.PersistentCronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import io.quarkus.arc.All;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.MigrationsHealth;
import io.tenantry.kernel.runtime.BackgroundTasks;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Runs db-scheduler on the service's own schema: it runs the jobs, and every bean of type {@link
 * Task}, on one replica at a time. A service that uses it has the tables {@code jobs} and {@code
 * scheduled_tasks} in its schema and sets {@code tenantry.jobs.enabled}.
 *
 * <p>Easy to get wrong: its classes are stored as JSON by reflection; a native executable silently
 * stores a class that is not registered as an empty object.
 */
@Singleton
@IfBuildProperty(name = "tenantry.jobs.enabled", stringValue = "true")
@RegisterForReflection(
    targets = {
      Schedule.class,
      ScheduleMixin.class,
      CronSchedule.class,
      CronStyle.class,
      PersistentCronSchedule.class,
      FixedDelay.class,
      Daily.class,
      PlainScheduleAndData.class
    })
public class JobScheduler {

  private static final Logger LOG = Logger.getLogger(JobScheduler.class);

  /** The name of the db-scheduler task that runs jobs. */
  static final String TASK = "job";

  /** Fetches jobs as soon as one thread is free, instead of half of them. */
  private static final double REFILL_BELOW = 0.99;

  /** The delay after an attempt whose outcome was not recorded; db-scheduler's own is 5 minutes. */
  private static final Duration RETRY_UNRECORDED = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final JobStore store;
  private final JobsConfig config;
  private final Clock clock;
  private final MigrationsHealth migrations;
  private final BackgroundTasks background;

  JobScheduler(
      JobStore store,
      JobsConfig config,
      Clock clock,
      @Readiness MigrationsHealth migrations,
      BackgroundTasks background) {
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.migrations = migrations;
    this.background = background;
  }

  @Produces
  @Singleton
  Scheduler scheduler(
      DataSource dataSource,
      JobRunner runner,
      @All List<Task<?>> tasks,
      @ConfigProperty(name = "tenantry.schema") String schema) {
    SchedulerBuilder builder = new SchedulerBuilder(dataSource, List.of(jobs(runner)));
    for (Task<?> task : tasks) {
      switch (task) {
        // Recurring tasks are started by the scheduler itself.
        case CustomTask<?> custom -> builder.startTasks(custom);
        case RecurringTask<?> recurring -> builder.startTasks(recurring);
        default -> throw new IllegalStateException("unsupported kind of task: " + task);
      }
    }
    return builder
        .schedulerName(new SchedulerName.Fixed(UUID.randomUUID().toString()))
        .tableName(schema + ".scheduled_tasks")
        .jdbcCustomization(new PostgreSqlJdbcCustomization(false, true))
        .serializer(new JacksonSerializer())
        .threads(config.parallelism())
        .executorService(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("job-", 0).factory()))
        .pollUsingLockAndFetch(REFILL_BELOW, 1)
        .pollingInterval(config.pollInterval())
        .heartbeatInterval(config.heartbeat())
        .missedHeartbeatsLimit(4)
        .shutdownMaxWait(config.drain())
        .enablePriority()
        .build();
  }

  private static CustomTask<Void> jobs(JobRunner runner) {
    return Tasks.custom(TASK, Void.class)
        .onDeadExecutionRevive()
        .onFailure(new FailureHandler.OnFailureRetryLater<>(RETRY_UNRECORDED))
        .execute(
            (instance, context) -> {
              JobRunner.Next next =
                  runner.run(
                      UUID.fromString(instance.getId()),
                      () -> context.getSchedulerState().isShuttingDown());
              return (complete, operations) -> {
                switch (next) {
                  case JobRunner.Next.Never never -> operations.remove();
                  case JobRunner.Next.At at -> operations.reschedule(complete, at.due());
                }
              };
            });
  }

  /**
   * Starts when the schemas are complete: a job that fails because a table is missing may fail
   * permanently.
   */
  void start(@Observes StartupEvent started, Scheduler scheduler) {
    background.untilDone(
        "job-scheduler",
        LOOK_AGAIN,
        () -> {
          if (migrations.applied() && !background.isShuttingDown()) {
            scheduler.start();
            return true;
          }
          return false;
        });
  }

  void stop(
      @Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent stopping, Scheduler scheduler) {
    scheduler.stop();
  }

  @Scheduled(every = "1h", delayed = "5m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void prune() {
    try {
      store.prune(clock.instant().minus(config.retention()));
    } catch (RuntimeException e) {
      LOG.warnf(e, "finished jobs could not be deleted; retrying later");
    }
  }
}
