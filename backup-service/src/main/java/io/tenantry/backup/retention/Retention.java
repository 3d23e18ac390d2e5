package io.tenantry.backup.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.orphan.OrphanFile;
import io.tenantry.backup.orphan.OrphanFiles;
import io.tenantry.backup.orphan.WaitingList;
import io.tenantry.backup.retention.RetentionReport.ExpiredBackup;
import io.tenantry.backup.schedule.ScheduleStore;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
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
  private static final UUID BEFORE_ALL = new UUID(0, 0);
  private static final int TENANTS_AT_ONCE = 200;

  private final BackupRecords records;
  private final ScheduleStore schedules;
  private final TenantDirectory tenants;
  private final OrphanFiles orphanFiles;
  private final WaitingList waitingList;
  private final Stores stores;
  private final Database database;
  private final RetentionConfig config;
  private final Clock clock;
  private final Counter runsDone;
  private final Counter runsHeld;

  Retention(
      BackupRecords records,
      ScheduleStore schedules,
      TenantDirectory tenants,
      OrphanFiles orphanFiles,
      WaitingList waitingList,
      Stores stores,
      Database database,
      RetentionConfig config,
      Clock clock,
      MeterRegistry meters) {
    this.records = records;
    this.schedules = schedules;
    this.tenants = tenants;
    this.orphanFiles = orphanFiles;
    this.waitingList = waitingList;
    this.stores = stores;
    this.database = database;
    this.config = config;
    this.clock = clock;
    this.runsDone = meters.counter("tenantry.retention.runs", "outcome", "done");
    this.runsHeld = meters.counter("tenantry.retention.runs", "outcome", "held");
  }

  /** What {@link #run} would remove now. */
  RetentionReport preview() {
    return plan().report();
  }

  /**
   * Removes it.
   *
   * @param force also more than the limit
   */
  RetentionReport run(boolean force) {
    Plan plan = plan();
    plan.noteWaiting();
    RetentionReport report = plan.report();
    if (report.held() && !force) {
      runsHeld.increment();
      LOG.errorf(
          "retention is held: expired=%d orphans=%d limit=%d. Nothing was removed; look at the"
              + " preview, then run it with force, or raise BACKUP_RETENTION_MAX_DELETIONS or"
              + " BACKUP_RETENTION_MAX_SHARE",
          report.expiredCount(), report.orphanCount(), report.limit());
      return report;
    }
    plan.expired.forEach(this::expire);
    plan.orphans.forEach(this::remove);
    Instant before = clock.instant().minus(config.orphanAge());
    plan.ours.forEach(store -> store.removeUnfinished(before));
    runsDone.increment();
    return plan.report(false);
  }

  private Plan plan() {
    Plan plan = new Plan();
    List<UUID> page = records.tenantsAfter(BEFORE_ALL, TENANTS_AT_ONCE);
    while (!page.isEmpty()) {
      page.forEach(tenant -> expired(tenant).forEach(plan::add));
      page = records.tenantsAfter(page.getLast(), TENANTS_AT_ONCE);
    }
    Instant before = clock.instant().minus(config.orphanAge());
    plan.ours.forEach(store -> orphanFiles.find(store, before, plan::add));
    plan.sortOutWaiting();
    return plan;
  }

  private List<Backup> expired(UUID tenantId) {
    List<Backup> all = records.allStored(tenantId);
    Optional<ScheduleStore.Rule> rule = schedules.rule(tenantId);
    Set<UUID> expired =
        Set.copyOf(
            RetentionPolicy.expired(
                all.stream().map(Retention::candidate).toList(),
                new RetentionPolicy.Rule(
                    rule.map(ScheduleStore.Rule::retentionDays),
                    rule.flatMap(ScheduleStore.Rule::keep),
                    tenant(tenantId),
                    config.finalBackup()),
                clock.instant()));
    return all.stream()
        .filter(backup -> expired.contains(backup.id()))
        .collect(Collectors.toUnmodifiableList());
  }

  private RetentionPolicy.Tenant tenant(UUID tenantId) {
    return tenants
        .find(tenantId)
        .map(
            tenant ->
                tenant.status() == TenantStatus.DELETED
                    ? RetentionPolicy.Tenant.DELETED
                    : RetentionPolicy.Tenant.EXISTS)
        .orElse(RetentionPolicy.Tenant.FORGOTTEN);
  }

  private static RetentionPolicy.Candidate candidate(Backup backup) {
    return new RetentionPolicy.Candidate(
        backup.id(),
        backup.completedAt().orElseThrow(),
        backup.retentionDays(),
        condition(backup),
        backup.kind() == BackupKind.FINAL);
  }

  private static RetentionPolicy.Condition condition(Backup backup) {
    if (backup.status() == Backup.Status.shredded) {
      return RetentionPolicy.Condition.SHREDDED;
    }
    return backup
        .verification()
        .filter(look -> look.result() == Backup.Verification.Result.DAMAGED)
        .map(look -> RetentionPolicy.Condition.DAMAGED)
        .orElse(RetentionPolicy.Condition.GOOD);
  }

  /** First the record, then the files: a crash between leaves orphans, and no false hope. */
  private void expire(Expiry expiry) {
    UUID backupId = expiry.backup().backupId();
    if (Boolean.TRUE.equals(
        database.inTransaction(sql -> records.expire(sql, backupId, clock.instant())))) {
      ArchiveId id = new ArchiveId(expiry.backup().tenantId(), backupId);
      expiry.stores().forEach(store -> store.delete(id.objectKey()));
      LOG.infof("tenant=%s backup=%s is expired and removed", id.tenantId(), backupId);
    }
  }

  private void remove(OrphanFile orphan) {
    stores.named(orphan.store()).delete(orphan.key());
    LOG.infof(
        "store=%s kind=%s removed the orphan %s", orphan.store(), orphan.kind(), orphan.key());
  }

  /**
   * A backup that is kept no longer.
   *
   * @param stores those that have, or may have, its file
   */
  private record Expiry(ExpiredBackup backup, List<BackupStore> stores) {}

  /** What is to be removed, and what is not although it might be. */
  private final class Plan {

    private final List<BackupStore> ours;
    private final List<String> refused;
    private final List<Expiry> expired = new ArrayList<>();
    private final List<OrphanFile> orphans = new ArrayList<>();
    private final List<OrphanFile> noBackups = new ArrayList<>();
    private final List<OrphanFile> waiting = new ArrayList<>();
    private final List<OrphanFile> foreign = new ArrayList<>();
    private int foreignCount;
    private int importableCount;
    private int blockedCount;

    Plan() {
      Map<Boolean, List<BackupStore>> all =
          stores.all().stream().collect(Collectors.partitioningBy(BackupStore::isOurs));
      ours = all.get(true);
      refused = all.get(false).stream().map(BackupStore::name).toList();
    }

    void add(Backup backup) {
      Set<String> names = new HashSet<>(Set.of(backup.file().orElseThrow().store()));
      backup.copies().forEach(copy -> names.add(copy.store()));
      if (refused.stream().anyMatch(names::contains)) {
        blockedCount++;
        return;
      }
      // In a store that is not configured any more nothing can be removed.
      List<BackupStore> having =
          ours.stream().filter(store -> names.contains(store.name())).toList();
      expired.add(
          new Expiry(
              new ExpiredBackup(
                  backup.id(),
                  backup.tenantId(),
                  backup.kind().toString(),
                  backup.completedAt().orElseThrow(),
                  backup.file().orElseThrow().bytes()),
              having));
    }

    void add(OrphanFile file) {
      switch (file.kind()) {
        case LEFTOVER -> orphans.add(file);
        case NO_BACKUP -> noBackups.add(file);
        case IMPORTABLE, KEY_DESTROYED, KEY_MISSING, OLD_FORMAT -> importableCount++;
        case OTHER_BACKUP, FOREIGN -> {
          foreignCount++;
          if (foreign.size() < config.named()) {
            foreign.add(file);
          }
        }
      }
    }

    /** Those that were seen long enough ago go; the others wait. */
    void sortOutWaiting() {
      Instant seenBefore = clock.instant().minus(config.orphanWait());
      for (BackupStore store : ours) {
        List<OrphanFile> files = noBackupsOf(store);
        Map<String, Instant> firstSeen =
            waitingList.firstSeen(store.name(), files.stream().map(OrphanFile::key).toList());
        for (OrphanFile file : files) {
          boolean ripe =
              Optional.ofNullable(firstSeen.get(file.key()))
                  .filter(seen -> !seen.isAfter(seenBefore))
                  .isPresent();
          (ripe ? orphans : waiting).add(file);
        }
      }
    }

    void noteWaiting() {
      for (BackupStore store : ours) {
        waitingList.note(
            store.name(),
            noBackupsOf(store).stream().map(OrphanFile::key).toList(),
            clock.instant());
      }
    }

    private List<OrphanFile> noBackupsOf(BackupStore store) {
      return noBackups.stream().filter(file -> file.store().equals(store.name())).toList();
    }

    private int limit() {
      Map<Backup.Status, Long> counts = records.counts();
      long stored =
          counts.getOrDefault(Backup.Status.COMPLETED, 0L)
              + counts.getOrDefault(Backup.Status.shredded, 0L)
              + orphans.size();
      return DeletionLimit.of(
          stored, config.maxDeletions(), config.maxShare(), config.smallNumber());
    }

    RetentionReport report() {
      return report(expired.size() + orphans.size() > limit());
    }

    RetentionReport report(boolean held) {
      return new RetentionReport(
          held,
          limit(),
          expired.size(),
          orphans.size(),
          expired.stream().mapToLong(expiry -> expiry.backup().bytes()).sum()
              + orphans.stream().mapToLong(OrphanFile::bytes).sum(),
          waiting.size(),
          importableCount,
          foreignCount,
          blockedCount,
          expired.stream().limit(config.named()).map(Expiry::backup).toList(),
          orphans.stream().limit(config.named()).toList(),
          waiting.stream().limit(config.named()).toList(),
          List.copyOf(foreign),
          refused);
    }
  }
}
