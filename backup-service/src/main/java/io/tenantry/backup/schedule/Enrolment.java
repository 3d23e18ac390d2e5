package io.tenantry.backup.schedule;

import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.restore.Restores;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.EventConsumer;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.TenantEvent;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Gives each new tenant the schedule its blueprint wants, takes the final backup of one that is to
 * be deleted, and the schedule away with the tenant. The rule by which its backups are kept stays.
 */
@Singleton
final class Enrolment {

  private static final Logger LOG = Logger.getLogger(Enrolment.class);

  private final EventConsumer events;
  private final ScheduleStore schedules;
  private final Backups backups;
  private final Restores restores;
  private final Clock clock;

  Enrolment(
      EventConsumer events,
      ScheduleStore schedules,
      Backups backups,
      Restores restores,
      Clock clock) {
    this.events = events;
    this.schedules = schedules;
    this.backups = backups;
    this.restores = restores;
    this.clock = clock;
  }

  @Incoming("tenant-events")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, TenantEvent.class, this::handle).thenRun(backups::wake);
  }

  private void handle(Sql transaction, TenantEvent event) {
    switch (event) {
      case TenantEvent.Provisioned provisioned -> enrol(transaction, provisioned);
      case TenantEvent.Deleting deleting -> prepareDeletion(transaction, deleting);
      case TenantEvent.Deleted deleted -> {
        if (schedules.remove(transaction, deleted.tenantId())) {
          LOG.infof("tenant=%s has no backup schedule any more", deleted.tenantId());
        }
      }
      case TenantEvent.ProvisioningFailed failed ->
          LOG.debugf("tenant=%s was never enrolled", failed.tenantId());
      case TenantEvent.Suspended suspended ->
          LOG.debugf("tenant=%s is backed up all the same", suspended.tenantId());
      case TenantEvent.Resumed resumed ->
          LOG.debugf("tenant=%s was backed up all the while", resumed.tenantId());
      case TenantEvent.CredentialsRotated rotated ->
          LOG.debugf("tenant=%s is backed up without its own credentials", rotated.tenantId());
      case TenantEvent.ApiKeyRevoked revoked ->
          LOG.debugf("tenant=%s needs no API key for its backups", revoked.tenantId());
    }
  }

  private void enrol(Sql transaction, TenantEvent.Provisioned tenant) {
    TenantEvent.BackupPolicy policy = tenant.backup();
    if (policy == null) {
      throw new InvalidEvent("the data has no backup policy");
    }
    if (policy.schedule() == null) {
      throw new InvalidEvent("the backup policy has no schedule");
    }
    if (!Crons.fires(policy.schedule(), clock.instant())) {
      throw new InvalidEvent("the backup policy's schedule is no cron expression that ever fires");
    }
    if (policy.retentionDays() < 1) {
      throw new InvalidEvent("the backup policy's retention_days is less than 1");
    }
    if (schedules.add(transaction, tenant.tenantId(), policy.schedule(), policy.retentionDays())) {
      LOG.infof("tenant=%s is enrolled cron=%s", tenant.tenantId(), policy.schedule());
    }
  }

  /**
   * Takes the final backup. What restores have left goes too: a role cannot be dropped while
   * anything there is the tenant's.
   */
  private void prepareDeletion(Sql transaction, TenantEvent.Deleting tenant) {
    restores.dropFormers(transaction, tenant.tenantId());
    if (tenant.finalBackup()) {
      // With keep the schedule's number of days does not count, for this backup neither.
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
