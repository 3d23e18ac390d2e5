package io.tenantry.backup.schedule;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.TenantryException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Fires the schedules, each once across all replicas; all firings missed while no replica ran are
 * replaced by one. Firing submits a backup job and sets the next firing.
 */
@Singleton
final class ScheduledBackups {

  private static final Logger LOG = Logger.getLogger(ScheduledBackups.class);

  /** The name of the task in db-scheduler; its instances are named by their tenants. */
  static final String TASK = "scheduled_backup";

  private static final Duration RETRY = Duration.ofSeconds(10);

  private final ScheduleStore schedules;
  private final Backups backups;
  private final TenantLookup tenants;
  private final TenantKeys keys;
  private final Database database;

  ScheduledBackups(
      ScheduleStore schedules,
      Backups backups,
      TenantLookup tenants,
      TenantKeys keys,
      Database database) {
    this.schedules = schedules;
    this.backups = backups;
    this.tenants = tenants;
    this.keys = keys;
    this.database = database;
  }

  @Produces
  @Singleton
  Task<Void> firing() {
    return Tasks.custom(TASK, Void.class)
        .onFailure(
            (complete, operations) ->
                operations.reschedule(complete, complete.getTimeDone().plus(RETRY)))
        .onDeadExecutionRevive()
        .execute(
            (instance, context) -> {
              UUID tenantId = UUID.fromString(instance.getId());
              return reschedule(fire(tenantId, context.getExecution().executionTime));
            });
  }

  private static CompletionHandler<Void> reschedule(Optional<Instant> next) {
    return (complete, operations) ->
        next.ifPresentOrElse(due -> operations.reschedule(complete, due), operations::remove);
  }

  /** Returns when the schedule fires again; empty if it no longer exists. */
  private Optional<Instant> fire(UUID tenantId, Instant planned) {
    Optional<Schedule> schedule = schedules.find(tenantId);
    schedule.filter(Schedule::enabled).ifPresent(enabled -> request(enabled, planned));
    return schedule.flatMap(fired -> schedules.nextDue(tenantId, fired.cron()));
  }

  private void request(Schedule schedule, Instant planned) {
    String name;
    try {
      name = tenants.get(schedule.tenantId()).name();
    } catch (TenantryException e) {
      LOG.warnf("scheduled backup skipped tenant=%s: %s", schedule.tenantId(), e.getMessage());
      return;
    }
    if (keys.isShredded(schedule.tenantId())) {
      LOG.warnf(
          "scheduled backup skipped, because the tenant's backup key was destroyed; request a"
              + " backup with new_key=true tenant=%s",
          schedule.tenantId());
      return;
    }
    // A repeated firing after a crash requests the same backup.
    String key = "backup of %s planned for %s".formatted(schedule.tenantId(), planned);
    database.inTransaction(
        sql ->
            backups.request(
                sql,
                new Backups.Request(
                    schedule.tenantId(),
                    name,
                    BackupKind.SCHEDULED,
                    OptionalInt.of(schedule.retentionDays()),
                    Optional.empty(),
                    Optional.of(key))));
  }

  void planMissing(@Observes StartupEvent started) {
    Thread.ofVirtual()
        .name("plan-schedules")
        .start(
            () -> {
              try {
                while (schedules.planMissing() > 0) {
                  LOG.debug("schedules planned; looking for more");
                }
              } catch (RuntimeException e) {
                LOG.warnf(e, "schedules not planned; the next start retries");
              }
            });
  }
}
