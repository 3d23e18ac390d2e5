package io.tenantry.backup.schedule;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.schedule.ReconciliationReport.Difference;
import io.tenantry.backup.schedule.ScheduleDifferences.Decision;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.TenantEvent.BackupPolicy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/**
 * Compares the schedules with the registry of tenants regularly, on one replica at a time, so that
 * an event that was lost, or expired in its topic while this service was unavailable, leaves no
 * tenant without backups.
 *
 * <p>Easy to get wrong: a registry that was lost, or restored from an old backup, looks like one
 * whose tenants were deleted. So schedules of tenants that it does not have are never removed, and
 * if there are many, nothing is changed.
 */
@Singleton
class ScheduleReconciliation {

  private static final Logger LOG = Logger.getLogger(ScheduleReconciliation.class);

  /** The name of its task in db-scheduler. */
  static final String TASK = "schedule_reconciliation";

  private static final int BATCH = 200;
  private static final int EXAMPLES = 20;

  private final ReconciliationStore store;
  private final ScheduleStore schedules;
  private final TenantPolicies policies;
  private final Backups backups;
  private final Database database;
  private final ReconciliationConfig config;
  private final Counter enrolled;
  private final Counter removed;
  private final Clock clock;
  private volatile Optional<Comparison> last = Optional.empty();

  ScheduleReconciliation(
      ReconciliationStore store,
      ScheduleStore schedules,
      TenantPolicies policies,
      Backups backups,
      Database database,
      ReconciliationConfig config,
      Clock clock,
      MeterRegistry meters) {
    this.store = store;
    this.schedules = schedules;
    this.policies = policies;
    this.backups = backups;
    this.database = database;
    this.config = config;
    this.clock = clock;
    this.enrolled = meters.counter("tenantry.reconciled.schedules", "action", "enrolled");
    this.removed = meters.counter("tenantry.reconciled.schedules", "action", "removed");
    gauge(meters, "missing", ScheduleDifferences::missing);
    gauge(meters, "deleted", ScheduleDifferences::deleted);
    gauge(meters, "unknown", ScheduleDifferences::unknown);
    Gauge.builder(
            "tenantry.schedule.reconciliation.held",
            () -> shown(found -> decide(found) == Decision.RECONCILE ? 0 : 1))
        .description("1 if the schedules differ from the registry by more than may be changed")
        .register(meters);
  }

  /** What was found at a time. */
  private record Comparison(ScheduleDifferences found, ReconciliationReport report, Instant at) {}

  private void gauge(
      MeterRegistry meters, String kind, ToDoubleFunction<ScheduleDifferences> value) {
    Gauge.builder("tenantry.schedules.differing", () -> shown(value))
        .tag("kind", kind)
        .description("Tenants whose schedule differs from what the registry says")
        .register(meters);
  }

  private double shown(ToDoubleFunction<ScheduleDifferences> value) {
    return last.map(Comparison::found).map(value::applyAsDouble).orElse(Double.NaN);
  }

  @Produces
  @Singleton
  Task<Void> regularly() {
    return Tasks.recurring(TASK, FixedDelay.of(config.interval()))
        .execute((instance, context) -> warnIfHeld(reconcile(false)));
  }

  private static void warnIfHeld(ReconciliationReport report) {
    report
        .held()
        .ifPresent(
            reason ->
                LOG.warnf(
                    "schedules not reconciled; check GET /api/v1/schedules/reconciliation: %s",
                    reason));
  }

  /** Updates the metrics, so that every replica shows the same differences. */
  @Scheduled(
      every = "${tenantry.backup.reconciliation.interval}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void updateMetrics() {
    try {
      compare();
    } catch (RuntimeException e) {
      LOG.warnf(
          "schedules not compared with the registry; retrying in %s: %s",
          config.interval(), e.getMessage());
    }
  }

  /**
   * How the schedules differ from the registry. A comparison reads all tenants and schedules.
   *
   * @param maxAge the last comparison is returned if it is not older
   */
  ReconciliationReport report(Duration maxAge) {
    Instant oldest = clock.instant().minus(maxAge);
    return last.filter(comparison -> comparison.at().isAfter(oldest))
        .orElseGet(this::compare)
        .report();
  }

  private Comparison compare() {
    Instant now = clock.instant();
    ScheduleDifferences found = store.differences();
    Comparison comparison = new Comparison(found, report(found), now);
    last = Optional.of(comparison);
    return comparison;
  }

  /**
   * Enrols tenants without a schedule and removes the schedules of deleted tenants.
   *
   * @param beyondLimits whether to ignore the limits, because an administrator has decided that the
   *     registry is right
   */
  ReconciliationReport reconcile(boolean beyondLimits) {
    ScheduleDifferences found = store.differences();
    Decision decision = beyondLimits ? Decision.RECONCILE : decide(found);
    long added = decision == Decision.HOLD ? 0 : enrolMissing();
    long taken = decision == Decision.RECONCILE ? removeDeleted(found.deleted()) : 0;
    return compare().report().with(added, taken);
  }

  private Decision decide(ScheduleDifferences differences) {
    return differences.decide(config.maxNumber(), config.maxShare());
  }

  private long enrolMissing() {
    if (!store.hasPolicies()) {
      return 0;
    }
    long added = 0;
    int batch;
    do {
      batch = database.inTransaction(this::enrolBatch);
      added += batch;
    } while (batch > 0);
    return added;
  }

  private int enrolBatch(Sql transaction) {
    int added = 0;
    for (ReconciliationStore.Missing tenant : store.missing(transaction, BATCH)) {
      BackupPolicy policy =
          policies
              .usable(tenant.schedule().orElse(null), tenant.retentionDays().orElse(null))
              .orElseGet(
                  () ->
                      new BackupPolicy(
                          TenantPolicies.DEFAULT_CRON, backups.defaultRetentionDays()));
      if (schedules.add(
          transaction, tenant.tenantId(), policy.schedule(), policy.retentionDays())) {
        added++;
        enrolled.increment();
        LOG.warnf(
            "tenant had no schedule and was enrolled tenant=%s cron=%s",
            tenant.tenantId(), policy.schedule());
      }
    }
    return added;
  }

  private long removeDeleted(long atMost) {
    long taken = 0;
    int batch;
    do {
      int size = (int) Math.min(BATCH, atMost - taken);
      batch = size == 0 ? 0 : database.inTransaction(sql -> removeBatch(sql, size));
      taken += batch;
    } while (batch > 0);
    return taken;
  }

  private int removeBatch(Sql transaction, int size) {
    List<UUID> deleted = store.lockDeleted(transaction, size);
    for (UUID tenantId : deleted) {
      if (schedules.remove(transaction, tenantId)) {
        removed.increment();
        LOG.warnf("schedule of a deleted tenant removed tenant=%s", tenantId);
      }
    }
    return deleted.size();
  }

  private ReconciliationReport report(ScheduleDifferences found) {
    return new ReconciliationReport(
        found.tenants(),
        found.schedules(),
        difference(found.missing(), store::missing),
        difference(found.deleted(), store::deleted),
        difference(found.unknown(), store::unknown),
        heldReason(found),
        0,
        0);
  }

  /** A search for examples reads all tenants where there are none. */
  private static Difference difference(long count, IntFunction<List<UUID>> examples) {
    return new Difference(count, count == 0 ? List.of() : examples.apply(EXAMPLES));
  }

  private Optional<String> heldReason(ScheduleDifferences found) {
    return switch (decide(found)) {
      case HOLD ->
          Optional.of(
              "the registry lacks %d of %d tenants with a schedule: it may have been restored from an old backup"
                  .formatted(found.unknown(), found.schedules()));
      case ENROL_ONLY ->
          Optional.of(
              ("%d of %d schedules are of deleted tenants, more than the limits"
                      + " permit; check them, then reconcile with beyond_limits=true")
                  .formatted(found.deleted(), found.schedules()));
      case RECONCILE ->
          found.missing() > 0 && !store.hasPolicies()
              ? Optional.of("tenant-service provides no backup policies: upgrade it")
              : Optional.empty();
    };
  }
}
