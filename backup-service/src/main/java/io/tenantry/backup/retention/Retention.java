package io.tenantry.backup.retention;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.retention.RetentionReport.ExpiredBackup;
import io.tenantry.backup.retention.RetentionReport.OrphanFile;
import io.tenantry.backup.schedule.Schedule;
import io.tenantry.backup.schedule.ScheduleStore;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Removes what is kept no longer, tenant by tenant, and files that are nobody's. */
@Singleton
final class Retention {

  private static final Logger LOG = Logger.getLogger(Retention.class);
  private static final UUID BEFORE_ALL = new UUID(0, 0);
  private static final int TENANTS_AT_ONCE = 200;

  private final BackupRecords records;
  private final ScheduleStore schedules;
  private final TenantDirectory tenants;
  private final Stores stores;
  private final Database database;
  private final RetentionConfig config;
  private final Clock clock;

  Retention(
      BackupRecords records,
      ScheduleStore schedules,
      TenantDirectory tenants,
      Stores stores,
      Database database,
      RetentionConfig config,
      Clock clock) {
    this.records = records;
    this.schedules = schedules;
    this.tenants = tenants;
    this.stores = stores;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /** What {@link #run} would remove now. */
  RetentionReport preview() {
    Collector collector = new Collector();
    forEachExpired(collector::add);
    forEachOrphan(collector::add);
    return collector.report();
  }

  /** Removes it. */
  RetentionReport run() {
    Collector collector = new Collector();
    forEachExpired(
        backup -> {
          expire(backup);
          collector.add(backup);
        });
    forEachOrphan(
        orphan -> {
          stores.named(orphan.store()).delete(orphan.key());
          LOG.infof("store=%s removed the orphan %s", orphan.store(), orphan.key());
          collector.add(orphan);
        });
    Instant before = clock.instant().minus(config.orphanAge());
    stores.all().forEach(store -> store.removeUnfinished(before));
    return collector.report();
  }

  private void forEachExpired(Consumer<Backup> each) {
    List<UUID> page = records.tenantsAfter(BEFORE_ALL, TENANTS_AT_ONCE);
    while (!page.isEmpty()) {
      for (UUID tenant : page) {
        expired(tenant).forEach(each);
      }
      page = records.tenantsAfter(page.getLast(), TENANTS_AT_ONCE);
    }
  }

  private List<Backup> expired(UUID tenantId) {
    List<Backup> all = records.completed(tenantId);
    Optional<Schedule> schedule = schedules.find(tenantId);
    Set<UUID> expired =
        Set.copyOf(
            RetentionPolicy.expired(
                all.stream().map(Retention::candidate).toList(),
                new RetentionPolicy.Rule(
                    schedule.map(Schedule::retentionDays),
                    schedule.flatMap(Schedule::keep),
                    exists(tenantId)),
                clock.instant()));
    return all.stream()
        .filter(backup -> expired.contains(backup.id()))
        .collect(Collectors.toUnmodifiableList());
  }

  private boolean exists(UUID tenantId) {
    return tenants
        .find(tenantId)
        .filter(tenant -> tenant.status() != TenantStatus.DELETED)
        .isPresent();
  }

  private static RetentionPolicy.Candidate candidate(Backup backup) {
    return new RetentionPolicy.Candidate(
        backup.id(),
        backup.completedAt().orElseThrow(),
        backup.retentionDays(),
        backup
            .verification()
            .filter(look -> look.result() == Backup.Verification.Result.damaged)
            .isPresent());
  }

  /** First the record, then the files: a crash between leaves orphans, and no false hope. */
  private void expire(Backup backup) {
    if (Boolean.TRUE.equals(
        database.inTransaction(sql -> records.expire(sql, backup.id(), clock.instant())))) {
      for (BackupStore store : stores.all()) {
        store.delete(backup.archiveId().objectKey());
      }
      LOG.infof("tenant=%s backup=%s is expired and removed", backup.tenantId(), backup.id());
    }
  }

  private void forEachOrphan(Consumer<OrphanFile> each) {
    Instant before = clock.instant().minus(config.orphanAge());
    for (BackupStore store : stores.all()) {
      List<OrphanFile> orphans = new ArrayList<>();
      store.list(
          file -> {
            // Young ones may be of a backup that is about to be recorded.
            if (file.modifiedAt().isBefore(before) && !records.owns(file.key())) {
              orphans.add(
                  new OrphanFile(store.name(), file.key(), file.bytes(), file.modifiedAt()));
            }
          });
      orphans.forEach(each);
    }
  }

  /** Counts all and names the first. */
  private final class Collector {

    private final List<ExpiredBackup> expired = new ArrayList<>();
    private final List<OrphanFile> orphans = new ArrayList<>();
    private int expiredCount;
    private int orphanCount;
    private long bytes;

    void add(Backup backup) {
      expiredCount++;
      long size = backup.file().orElseThrow().bytes();
      bytes += size;
      if (expired.size() < config.named()) {
        expired.add(
            new ExpiredBackup(
                backup.id(),
                backup.tenantId(),
                backup.kind().toString(),
                backup.completedAt().orElseThrow(),
                size));
      }
    }

    void add(OrphanFile orphan) {
      orphanCount++;
      bytes += orphan.bytes();
      if (orphans.size() < config.named()) {
        orphans.add(orphan);
      }
    }

    RetentionReport report() {
      return new RetentionReport(
          expiredCount, orphanCount, bytes, List.copyOf(expired), List.copyOf(orphans));
    }
  }
}
