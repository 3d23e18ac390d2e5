package io.tenantry.backup.schedule;

import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.restore.Restores;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.EventConsumer;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Handles tenant events: adds the schedule of a new tenant from its blueprint, requests the final
 * backup of a tenant that is being deleted, and removes the schedule of a deleted tenant. The
 * retention rule of the schedule is kept.
 *
 * <p>Easy to get wrong: an event is a hint, which may be late, repeated or forged. Its content is
 * compared with the registry in the same transaction, and the registry decides. {@link
 * ScheduleReconciliation} finds changes whose events were lost.
 */
@Singleton
final class Enrolment {

  private static final Logger LOG = Logger.getLogger(Enrolment.class);

  private final EventConsumer events;
  private final TenantDirectory tenants;
  private final TenantPolicies policies;
  private final ScheduleStore schedules;
  private final Backups backups;
  private final Restores restores;
  private final Clock clock;

  Enrolment(
      EventConsumer events,
      TenantDirectory tenants,
      TenantPolicies policies,
      ScheduleStore schedules,
      Backups backups,
      Restores restores,
      Clock clock) {
    this.events = events;
    this.tenants = tenants;
    this.policies = policies;
    this.schedules = schedules;
    this.backups = backups;
    this.restores = restores;
    this.clock = clock;
  }

  @Incoming("tenant-events")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, TenantEvent.class, this::handle);
  }

  private void handle(Sql transaction, TenantEvent event) {
    switch (event) {
      case TenantEvent.Provisioned provisioned -> enrol(transaction, provisioned);
      case TenantEvent.Deleting deleting -> prepareDeletion(transaction, deleting);
      case TenantEvent.Deleted deleted -> removeSchedule(transaction, deleted);
      case TenantEvent.ProvisioningFailed failed ->
          LOG.debugf("nothing to do; tenant was never enrolled tenant=%s", failed.tenantId());
      case TenantEvent.Suspended suspended ->
          LOG.debugf(
              "nothing to do; suspended tenants are backed up, too tenant=%s",
              suspended.tenantId());
      case TenantEvent.Resumed resumed ->
          LOG.debugf(
              "nothing to do; tenant was backed up while suspended tenant=%s", resumed.tenantId());
      case TenantEvent.Updated updated ->
          LOG.debugf(
              "nothing to do; backups do not depend on changed=%s tenant=%s",
              updated.changed(), updated.tenantId());
      case TenantEvent.CredentialsRotated rotated ->
          LOG.debugf(
              "nothing to do; backups do not use the tenant's credentials tenant=%s",
              rotated.tenantId());
      case TenantEvent.ApiKeyRevoked revoked ->
          LOG.debugf("nothing to do; backups do not use API keys tenant=%s", revoked.tenantId());
      case TenantEvent.LimitReached reached ->
          LOG.debugf(
              "nothing to do; backups are not limited by quotas tenant=%s", reached.tenantId());
    }
  }

  private void enrol(Sql transaction, TenantEvent.Provisioned tenant) {
    TenantEvent.BackupPolicy eventPolicy = validated(tenant.backup(), clock.instant());
    TenantStatus status =
        tenants
            .status(transaction, tenant.tenantId())
            .orElseThrow(() -> new InvalidEvent("the registry has no such tenant"));
    switch (status) {
      case ACTIVE, SUSPENDED, DELETING -> {
        TenantEvent.BackupPolicy policy =
            policies.find(transaction, tenant.tenantId()).orElse(eventPolicy);
        if (schedules.add(
            transaction, tenant.tenantId(), policy.schedule(), policy.retentionDays())) {
          LOG.infof("tenant enrolled tenant=%s cron=%s", tenant.tenantId(), policy.schedule());
        }
      }
      case DELETED ->
          LOG.infof("tenant not enrolled; it is already deleted tenant=%s", tenant.tenantId());
      case REGISTERED, PROVISIONING, ROLLING_BACK ->
          throw new InvalidEvent("the registry says that the tenant is " + status);
    }
  }

  /**
   * The policy of an event.
   *
   * @throws InvalidEvent if it is incomplete or its schedule never fires
   */
  static TenantEvent.BackupPolicy validated(TenantEvent.BackupPolicy policy, Instant now) {
    if (policy == null) {
      throw new InvalidEvent("the data has no backup policy");
    }
    if (policy.schedule() == null) {
      throw new InvalidEvent("the backup policy has no schedule");
    }
    if (!Crons.fires(policy.schedule(), now)) {
      throw new InvalidEvent("the backup policy's schedule is not a cron expression that fires");
    }
    if (policy.retentionDays() < 1) {
      throw new InvalidEvent("the backup policy's retention_days is less than 1");
    }
    return policy;
  }

  /**
   * Removes a schedule. A purged tenant is no longer in the registry, and needs no schedule either.
   */
  private void removeSchedule(Sql transaction, TenantEvent.Deleted tenant) {
    Optional<TenantStatus> status = tenants.status(transaction, tenant.tenantId());
    if (status.filter(known -> known != TenantStatus.DELETED).isPresent()) {
      throw new InvalidEvent("the registry says that the tenant is " + status.get());
    }
    if (schedules.remove(transaction, tenant.tenantId())) {
      LOG.infof("backup schedule removed tenant=%s", tenant.tenantId());
    }
  }

  /**
   * Requests the final backup. Data that restores have replaced is dropped, too, because a role
   * cannot be dropped while it owns anything there.
   */
  private void prepareDeletion(Sql transaction, TenantEvent.Deleting tenant) {
    Optional<TenantStatus> status = tenants.status(transaction, tenant.tenantId());
    if (status.filter(known -> known == TenantStatus.DELETING).isEmpty()) {
      LOG.warnf(
          "deletion not prepared; the registry has another status tenant=%s status=%s deletion=%s",
          tenant.tenantId(),
          status.map(TenantStatus::toString).orElse("unknown"),
          tenant.deletionId());
      return;
    }
    restores.dropFormers(transaction, tenant.tenantId());
    if (tenant.finalBackup()) {
      // With a keep rule, the schedule's number of days does not apply to this backup either.
      Optional<Schedule> schedule =
          schedules.find(transaction, tenant.tenantId()).filter(known -> known.keep().isEmpty());
      backups.request(
          transaction,
          new Backups.Request(
              tenant.tenantId(),
              tenant.name(),
              BackupKind.FINAL,
              schedule
                  .map(known -> OptionalInt.of(known.retentionDays()))
                  .orElse(OptionalInt.empty()),
              Optional.of(tenant.deletionId()),
              Optional.of("final backup for deletion " + tenant.deletionId())));
    }
  }
}
