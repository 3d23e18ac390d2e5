package io.tenantry.backup.retention;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.orphan.OrphanFileStore;
import io.tenantry.backup.orphan.OrphanFiles;
import io.tenantry.backup.schedule.ScheduleStore;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.runtime.Maps;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Plans a retention run without removing anything. */
@Singleton
final class RetentionPlanner {

  private static final UUID BEFORE_ALL = new UUID(0, 0);
  private static final int TENANTS_AT_ONCE = 200;

  private final BackupRecords records;
  private final ScheduleStore schedules;
  private final TenantDirectory tenants;
  private final OrphanFiles orphanFiles;
  private final OrphanFileStore orphanFileStore;
  private final Stores stores;
  private final RetentionConfig config;
  private final Clock clock;

  RetentionPlanner(
      BackupRecords records,
      ScheduleStore schedules,
      TenantDirectory tenants,
      OrphanFiles orphanFiles,
      OrphanFileStore orphanFileStore,
      Stores stores,
      RetentionConfig config,
      Clock clock) {
    this.records = records;
    this.schedules = schedules;
    this.tenants = tenants;
    this.orphanFiles = orphanFiles;
    this.orphanFileStore = orphanFileStore;
    this.stores = stores;
    this.config = config;
    this.clock = clock;
  }

  RetentionPlan plan() {
    Map<Boolean, List<BackupStore>> all =
        stores.all().stream().collect(Collectors.partitioningBy(BackupStore::isOurs));
    RetentionPlan plan =
        new RetentionPlan(
            names(Maps.require(all, true)), names(Maps.require(all, false)), config.named());
    List<UUID> page = records.tenantsAfter(BEFORE_ALL, TENANTS_AT_ONCE);
    while (!page.isEmpty()) {
      page.forEach(tenant -> expired(tenant).forEach(plan::add));
      page = records.tenantsAfter(page.getLast(), TENANTS_AT_ONCE);
    }
    Instant before = clock.instant().minus(config.orphanAge());
    Maps.require(all, true).forEach(store -> orphanFiles.find(store, before, plan::add));
    Instant seenBefore = clock.instant().minus(config.orphanWait());
    for (String store : plan.ours()) {
      plan.classifyNoBackups(
          store, orphanFileStore.firstSeen(store, plan.noBackupsOf(store)), seenBefore);
    }
    return plan;
  }

  private static List<String> names(List<BackupStore> stores) {
    return stores.stream().map(BackupStore::name).toList();
  }

  /** Records newly seen files, so that their waiting time starts. */
  void recordWaiting(RetentionPlan plan) {
    plan.ours()
        .forEach(
            store -> orphanFileStore.recordSeen(store, plan.noBackupsOf(store), clock.instant()));
  }

  /** How much a run may remove without {@code force}, by what is stored now. */
  int limit(RetentionPlan plan) {
    Map<Backup.Status, Long> counts = records.counts();
    long stored =
        counts.getOrDefault(Backup.Status.COMPLETED, 0L)
            + counts.getOrDefault(Backup.Status.SHREDDED, 0L)
            + plan.orphans().size();
    return DeletionLimit.of(stored, config.maxDeletions(), config.maxShare(), config.smallNumber());
  }

  RetentionReport report(RetentionPlan plan) {
    int limit = limit(plan);
    return plan.report(plan.exceeds(limit), limit, 0);
  }

  private List<Backup> expired(UUID tenantId) {
    List<Backup> all = records.allStored(tenantId);
    Optional<ScheduleStore.Rule> rule = schedules.rule(tenantId);
    Set<UUID> expired =
        Set.copyOf(
            RetentionPolicy.expired(
                all.stream().map(RetentionPlanner::candidate).toList(),
                new RetentionPolicy.Rule(
                    rule.map(ScheduleStore.Rule::retentionDays),
                    rule.flatMap(ScheduleStore.Rule::keep),
                    tenant(tenantId),
                    config.finalBackup()),
                clock.instant()));
    return all.stream().filter(backup -> expired.contains(backup.id())).toList();
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
    if (backup.status() == Backup.Status.SHREDDED) {
      return RetentionPolicy.Condition.SHREDDED;
    }
    return backup
        .verification()
        .filter(verification -> verification.result() == Backup.Verification.Result.DAMAGED)
        .map(verification -> RetentionPolicy.Condition.DAMAGED)
        .orElse(RetentionPolicy.Condition.GOOD);
  }
}
