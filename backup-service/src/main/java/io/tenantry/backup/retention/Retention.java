package io.tenantry.backup.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.orphan.OrphanFile;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Removes what is kept no longer, tenant by tenant, and what is left in the stores of backups that
 * failed or expired.
 *
 * <p>Everything is found first, and then counted: more than a few at once is no daily work, but a
 * clock that is wrong, a rule that was mistyped, or an old control database, and waits for an
 * operator. Backups without a record are never removed: they may be all there is of a tenant.
 */
@Singleton
final class Retention {

  private static final Logger LOG = Logger.getLogger(Retention.class);

  private final RetentionPlanner planner;
  private final BackupRecords records;
  private final Stores stores;
  private final Database database;
  private final RetentionConfig config;
  private final Clock clock;
  private final Counter runsDone;
  private final Counter runsIncomplete;
  private final Counter runsHeld;

  Retention(
      RetentionPlanner planner,
      BackupRecords records,
      Stores stores,
      Database database,
      RetentionConfig config,
      Clock clock,
      MeterRegistry meters) {
    this.planner = planner;
    this.records = records;
    this.stores = stores;
    this.database = database;
    this.config = config;
    this.clock = clock;
    this.runsDone = meters.counter("tenantry.retention.runs", "outcome", "done");
    this.runsIncomplete = meters.counter("tenantry.retention.runs", "outcome", "incomplete");
    this.runsHeld = meters.counter("tenantry.retention.runs", "outcome", "held");
  }

  /** What {@link #run} would remove now. */
  RetentionReport preview() {
    return planner.report(planner.plan());
  }

  /**
   * Removes it.
   *
   * @param force also more than the limit
   */
  RetentionReport run(boolean force) {
    RetentionPlan plan = planner.plan();
    planner.noteWaiting(plan);
    RetentionReport report = planner.report(plan);
    if (report.held() && !force) {
      runsHeld.increment();
      LOG.errorf(
          "retention is held: expired=%d orphans=%d limit=%d. Nothing was removed; look at the"
              + " preview, then run it with force, or raise BACKUP_RETENTION_MAX_DELETIONS or"
              + " BACKUP_RETENTION_MAX_SHARE",
          report.expiredCount(), report.orphanCount(), report.limit());
      return report;
    }
    int failed = forEach(plan.expired(), this::expire) + forEach(plan.orphans(), this::remove);
    Instant before = clock.instant().minus(config.orphanAge());
    plan.ours().forEach(store -> stores.named(store).removeUnfinished(before));
    (failed == 0 ? runsDone : runsIncomplete).increment();
    return plan.report(false, report.limit(), failed);
  }

  /**
   * Removes each; one that the store refuses to remove does not keep the others.
   *
   * @return how many could not be removed
   */
  static <T> int forEach(List<T> items, Consumer<T> removal) {
    int failed = 0;
    for (T item : items) {
      try {
        removal.accept(item);
      } catch (RuntimeException e) {
        failed++;
        LOG.warnf(e, "%s could not be removed; the next run retries", item);
      }
    }
    return failed;
  }

  /** First the record, then the files: a crash between leaves orphans, and no false hope. */
  private void expire(RetentionPlan.Expiry expiry) {
    UUID backupId = expiry.backup().backupId();
    boolean expired = database.inTransaction(sql -> records.expire(sql, backupId, clock.instant()));
    if (expired) {
      ArchiveId id = new ArchiveId(expiry.backup().tenantId(), backupId);
      expiry.stores().forEach(store -> stores.named(store).delete(id.objectKey()));
      LOG.infof("tenant=%s backup=%s is expired and removed", id.tenantId(), backupId);
    }
  }

  private void remove(OrphanFile orphan) {
    stores.named(orphan.store()).delete(orphan.key());
    LOG.infof(
        "store=%s kind=%s removed the orphan %s", orphan.store(), orphan.kind(), orphan.key());
  }
}
