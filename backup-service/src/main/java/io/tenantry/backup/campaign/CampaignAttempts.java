package io.tenantry.backup.campaign;

import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.campaign.CampaignAttemptStore.Attempt;
import io.tenantry.backup.campaign.CampaignAttemptStore.Due;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.migration.Migration;
import io.tenantry.backup.migration.MigrationConfig;
import io.tenantry.backup.migration.MigrationRecords;
import io.tenantry.backup.migration.MigrationResult;
import io.tenantry.backup.migration.MigrationRetries;
import io.tenantry.backup.tenant.TenantVersions;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * Batched writes of a running campaign: claims tenants for its job and records their results, many
 * tenants in one commit. Commits are asynchronous: if a crash of the server loses one, the tenant's
 * own history shows what was done.
 */
@Singleton
final class CampaignAttempts {

  private final CampaignAttemptStore store;
  private final Database database;
  private final TenantLeases leases;
  private final Backups backups;
  private final MigrationRetries retries;
  private final MigrationConfig config;
  private final Clock clock;

  CampaignAttempts(
      CampaignAttemptStore store,
      Database database,
      TenantLeases leases,
      Backups backups,
      MigrationRetries retries,
      MigrationConfig config,
      Clock clock) {
    this.store = store;
    this.database = database;
    this.leases = leases;
    this.backups = backups;
    this.retries = retries;
    this.config = config;
    this.clock = clock;
  }

  /** Resets tenants that a crashed job left running, so that they are retried. */
  void reclaim(UUID id) {
    store.reclaim(id, clock.instant());
  }

  /**
   * Continues tenants whose backup completed and fails those whose backup failed; returns how many
   * changed.
   */
  int continueAfterBackups(UUID id) {
    return store.continueAfterBackups(id, clock.instant());
  }

  /** Claims due tenants of the waves so far whose lease is free. */
  List<ClaimedTenant> claim(UUID id, UUID jobId, int atMost) {
    Instant now = clock.instant();
    return database.inTransaction(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          List<Due> due = store.due(sql, id, atMost, now);
          if (due.isEmpty()) {
            return List.of();
          }
          List<ClaimedTenant> ready = new ArrayList<>();
          for (Due one : due) {
            if (!one.hasData()) {
              store.skip(sql, one.claimed(), now);
            } else if (one.needsBackup()) {
              store.backUp(sql, one.claimed(), backups.request(sql, backup(one.claimed())));
            } else {
              ready.add(one.claimed());
            }
          }
          return take(sql, ready, jobId, now);
        });
  }

  private static Backups.Request backup(ClaimedTenant claimed) {
    return new Backups.Request(
        claimed.tenantId(),
        claimed.name(),
        BackupKind.BEFORE_MIGRATION,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private List<ClaimedTenant> take(Sql sql, List<ClaimedTenant> ready, UUID jobId, Instant now) {
    Set<UUID> taken =
        leases.take(
            sql,
            ready.stream().map(ClaimedTenant::tenantId).toList(),
            TenantLeases.Operation.MIGRATION,
            jobId);
    List<ClaimedTenant> leased =
        ready.stream().filter(claimed -> taken.contains(claimed.tenantId())).toList();
    List<ClaimedTenant> busy = ready.stream().filter(claimed -> !leased.contains(claimed)).toList();
    store.start(sql, leased, jobId, now);
    store.defer(sql, busy, now.plus(config.busyDelay()));
    return leased;
  }

  /** Records the results of attempts and the new versions, and releases the leases. */
  void record(List<MigrationWorkers.Finished> finished, UUID jobId) {
    Instant now = clock.instant();
    List<Attempt> attempts = finished.stream().map(one -> attempt(one, now)).toList();
    List<ClaimedTenant> migrated =
        attempts.stream()
            .filter(one -> one.status() == Migration.Status.COMPLETED)
            .map(Attempt::claimed)
            .toList();
    database.transact(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          store.recordResults(sql, attempts, jobId, now);
          TenantVersions.record(
              sql,
              migrated.stream().map(ClaimedTenant::tenantId).toArray(UUID[]::new),
              migrated.stream().map(ClaimedTenant::toVersion).toArray(String[]::new));
          leases.release(
              sql, finished.stream().map(one -> one.claimed().tenantId()).toList(), jobId);
        });
  }

  private Attempt attempt(MigrationWorkers.Finished one, Instant now) {
    Optional<Instant> next =
        one.result() instanceof MigrationResult.Deferred deferred
            ? retries.nextDelay(deferred, one.claimed().attempts() + 1).map(now::plus)
            : Optional.empty();
    return new Attempt(
        one.claimed(), one.result(), MigrationRecords.status(one.result(), next), next);
  }

  /** How often the leases of tenants in progress are renewed. */
  Duration renewalInterval() {
    return leases.renewalInterval();
  }

  /** Renews the leases of tenants in progress; returns the tenants whose lease was lost. */
  Set<UUID> renew(Set<UUID> inProgress, UUID jobId) {
    Set<UUID> lost = new HashSet<>(inProgress);
    lost.removeAll(leases.renew(inProgress, jobId));
    return lost;
  }
}
