package io.tenantry.backup.restore;

import io.tenantry.backup.restore.Replacement.Swapped;
import io.tenantry.backup.tenant.TenantVersions;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.messaging.Outbox;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Records the results of restores and publishes their events. */
@Singleton
final class RestoreResults {

  private static final Logger LOG = Logger.getLogger(RestoreResults.class);

  private final RestoreRecords records;
  private final Restores restores;
  private final Replacements replacements;
  private final Database database;
  private final Outbox outbox;
  private final Clock clock;
  private final RestoreConfig config;

  RestoreResults(
      RestoreRecords records,
      Restores restores,
      Replacements replacements,
      Database database,
      Outbox outbox,
      Clock clock,
      RestoreConfig config) {
    this.records = records;
    this.restores = restores;
    this.replacements = replacements;
    this.database = database;
    this.outbox = outbox;
    this.clock = clock;
    this.config = config;
  }

  /** Records that a restore has started; returns when. */
  Instant start(UUID restoreId) {
    records.start(restoreId);
    return clock.instant();
  }

  void complete(RestoreWork work, Swapped swapped) {
    Instant now = clock.instant();
    Optional<Restore.Former> kept =
        swapped.replaced()
            ? Optional.of(
                replacements.of(work.target().schema()).former(work, now.plus(config.undoWindow())))
            : Optional.empty();
    database.transact(
        sql -> {
          records.complete(
              sql,
              work.restore().id(),
              new RestoreRecords.Completion(
                  kept,
                  Optional.of(work.manifest().rows()),
                  swapped.downtime(),
                  swapped.recovery(),
                  work.tenant().blueprintVersion()),
              now);
          kept.ifPresent(former -> restores.dropFormer(sql, work.restore(), former.expiresAt()));
          TenantVersions.record(
              sql,
              new UUID[] {work.target().tenantId()},
              new String[] {work.manifest().blueprintVersion()});
          outbox.append(
              sql,
              new OperationEvent.RestoreCompleted(
                  work.target().tenantId(), work.restore().id(), work.backup().id()));
        });
    LOG.infof(
        "restore completed tenant=%s restore=%s backup=%s rows=%d downtime_ms=%s",
        work.target().tenantId(),
        work.restore().id(),
        work.backup().id(),
        work.manifest().rows(),
        swapped.downtime().map(Duration::toMillis).map(Object::toString).orElse("unknown"));
  }

  void fail(Restore restore, Job.Failure failure) {
    database.transact(
        sql -> {
          if (records.fail(sql, restore.id(), failure)) {
            outbox.append(
                sql,
                new OperationEvent.RestoreFailed(
                    restore.tenantId(),
                    restore.id(),
                    restore.backupId(),
                    failure.code().name(),
                    failure.message()));
          }
        });
  }
}
