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
 * Removes expired backups tenant by tenant, and leftover files of backups that failed or expired.
 *
 * <p>A run first finds and counts everything. More than a few items suggest a wrong clock, a
 * mistyped rule or an old control database, so the run is held for an operator. Backups without a
 * record are never removed, because they may be a tenant's only ones.
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
   * Runs retention.
   *
   * @param force whether to remove more than the limit
   */
  RetentionReport run(boolean force) {
    RetentionPlan plan = planner.plan();
    planner.recordWaiting(plan);
    RetentionReport report = planner.report(plan);
    if (report.held() && !force) {
      runsHeld.increment();
      LOG.errorf(
          "retention held, nothing was removed; check the preview, then run it with force, or raise"
              + " BACKUP_RETENTION_MAX_DELETIONS or BACKUP_RETENTION_MAX_SHARE expired=%d orphans=%d"
              + " limit=%d",
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
   * Removes each item; a failure does not prevent the removal of the others.
   *
   * @return the number of items that could not be removed
   */
  static <T> int forEach(List<T> items, Consumer<T> removal) {
    int failed = 0;
    for (T item : items) {
      try {
        removal.accept(item);
      } catch (RuntimeException e) {
        failed++;
        LOG.warnf(e, "item not removed; the next run retries item=%s", item);
      }
    }
    return failed;
  }

  /**
   * Expires the record before the files, so that a crash in between leaves no record of deleted
   * files.
   */
  private void expire(RetentionPlan.Expiry expiry) {
    UUID backupId = expiry.backup().backupId();
    boolean expired = database.inTransaction(sql -> records.expire(sql, backupId, clock.instant()));
    if (expired) {
      ArchiveId id = new ArchiveId(expiry.backup().tenantId(), backupId);
      expiry.stores().forEach(store -> stores.named(store).delete(id.objectKey()));
      LOG.infof("expired backup removed tenant=%s backup=%s", id.tenantId(), backupId);
    }
  }

  private void remove(OrphanFile orphan) {
    stores.named(orphan.store()).delete(orphan.key());
    LOG.infof(
        "orphaned file removed store=%s kind=%s key=%s",
        orphan.store(), orphan.kind(), orphan.key());
  }
}
