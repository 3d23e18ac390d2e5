package io.tenantry.backup.campaign;

import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.campaign.CampaignAttemptStore.Attempt;
import io.tenantry.backup.campaign.CampaignAttemptStore.Due;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.migration.Migration;
import io.tenantry.backup.migration.MigrationConfig;
import io.tenantry.backup.migration.MigrationRecords;
import io.tenantry.backup.migration.Outcome;
import io.tenantry.backup.migration.Retries;
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
 * Takes a campaign's tenants for the job that runs it, and records the results: many at a time, for
 * a commit costs more than a tenant's row. A commit that is lost with the server is found out from
 * the tenant itself, so commits are asynchronous.
 */
@Singleton
final class CampaignWork {

  private final CampaignAttemptStore store;
  private final Database database;
  private final TenantLeases leases;
  private final Backups backups;
  private final Retries retries;
  private final MigrationConfig config;
  private final Clock clock;

  CampaignWork(
      CampaignAttemptStore store,
      Database database,
      TenantLeases leases,
      Backups backups,
      Retries retries,
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

  /** Has those go on whose backup has ended; returns how many there were. */
  int awaitBackups(UUID id) {
    return store.awaitBackups(id, clock.instant());
  }

  /** Takes tenants of the waves so far that are due, and nobody else's. */
  List<Claimed> claim(UUID id, UUID jobId, int atMost) {
    Instant now = clock.instant();
    return database.inTransaction(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          List<Due> due = store.due(sql, id, atMost, now);
          if (due.isEmpty()) {
            return List.of();
          }
          List<Claimed> ready = new ArrayList<>();
          for (Due one : due) {
            if (!one.isThere()) {
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

  private static Backups.Request backup(Claimed claimed) {
    return new Backups.Request(
        claimed.tenantId(),
        claimed.name(),
        BackupKind.BEFORE_MIGRATION,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private List<Claimed> take(Sql sql, List<Claimed> ready, UUID jobId, Instant now) {
    Set<UUID> taken =
        leases.take(
            sql,
            ready.stream().map(Claimed::tenantId).toList(),
            TenantLeases.Operation.MIGRATION,
            jobId);
    List<Claimed> ours =
        ready.stream().filter(claimed -> taken.contains(claimed.tenantId())).toList();
    List<Claimed> busy = ready.stream().filter(claimed -> !ours.contains(claimed)).toList();
    store.begin(sql, ours, jobId, now);
    store.defer(sql, busy, now.plus(config.busyDelay()));
    return ours;
  }

  /** Writes down how attempts ended, tells the registry, and gives the leases back. */
  void record(List<Crew.Ended> ended, UUID jobId) {
    Instant now = clock.instant();
    List<Attempt> attempts = ended.stream().map(one -> attempt(one, now)).toList();
    List<Claimed> migrated =
        attempts.stream()
            .filter(one -> one.status() == Migration.Status.COMPLETED)
            .map(Attempt::claimed)
            .toList();
    database.transact(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          store.end(sql, attempts, jobId, now);
          TenantVersions.record(
              sql,
              migrated.stream().map(Claimed::tenantId).toArray(UUID[]::new),
              migrated.stream().map(Claimed::toVersion).toArray(String[]::new));
          leases.release(sql, ended.stream().map(one -> one.claimed().tenantId()).toList(), jobId);
        });
  }

  private Attempt attempt(Crew.Ended one, Instant now) {
    Optional<Instant> next =
        one.outcome() instanceof Outcome.Deferred deferred
            ? retries.after(deferred, one.claimed().attempts() + 1).map(now::plus)
            : Optional.empty();
    return new Attempt(
        one.claimed(), one.outcome(), MigrationRecords.status(one.outcome(), next), next);
  }

  /** How often the leases of tenants in progress are renewed. */
  Duration renewal() {
    return leases.renewal();
  }

  /** Renews the leases of tenants in progress; returns the tenants whose lease was lost. */
  Set<UUID> renew(Set<UUID> inProgress, UUID jobId) {
    Set<UUID> lost = new HashSet<>(inProgress);
    lost.removeAll(leases.renew(inProgress, jobId));
    return lost;
  }
}
