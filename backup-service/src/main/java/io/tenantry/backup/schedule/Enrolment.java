package io.tenantry.backup.schedule;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.EventConsumer;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.TenantEvent;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Gives each new tenant the schedule its blueprint wants, and takes it away with the tenant. */
@Singleton
final class Enrolment {

  private static final Logger LOG = Logger.getLogger(Enrolment.class);

  private final EventConsumer events;
  private final ScheduleStore schedules;

  Enrolment(EventConsumer events, ScheduleStore schedules) {
    this.events = events;
    this.schedules = schedules;
  }

  @Incoming("tenant-events")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, TenantEvent.class, this::handle);
  }

  private void handle(Sql transaction, TenantEvent event) {
    switch (event) {
      case TenantEvent.Provisioned provisioned -> enrol(transaction, provisioned);
      case TenantEvent.Deleted deleted -> {
        if (schedules.remove(transaction, deleted.tenantId())) {
          LOG.infof("tenant=%s has no backup schedule any more", deleted.tenantId());
        }
      }
      case TenantEvent.ProvisioningFailed failed ->
          LOG.debugf("tenant=%s was never enrolled", failed.tenantId());
      case TenantEvent.Deleting deleting ->
          LOG.debugf("tenant=%s keeps its schedule until it is deleted", deleting.tenantId());
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
    Crons.check(policy.schedule());
    if (policy.retentionDays() < 1) {
      throw new InvalidEvent("the backup policy's retention_days is less than 1");
    }
    if (schedules.add(transaction, tenant.tenantId(), policy.schedule(), policy.retentionDays())) {
      LOG.infof("tenant=%s is enrolled cron=%s", tenant.tenantId(), policy.schedule());
    }
  }
}
