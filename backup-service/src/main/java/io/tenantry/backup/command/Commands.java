package io.tenantry.backup.command;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.backup.Backups;
import io.tenantry.backup.drill.Drills;
import io.tenantry.backup.restore.RestoreRequest;
import io.tenantry.backup.restore.Restores;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.BackupCommand;
import io.tenantry.kernel.event.EventType;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.messaging.CommandGate;
import io.tenantry.kernel.messaging.EventConsumer;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Consumes backup commands from Kafka; each creates one job, even if it is delivered repeatedly.
 */
@Singleton
final class Commands {

  private final EventConsumer events;
  private final CommandGate gate;
  private final TenantLookup tenants;
  private final BackupRecords records;
  private final Backups backups;
  private final Restores restores;
  private final Drills drills;
  private final AuditLog audit;

  Commands(
      EventConsumer events,
      CommandGate gate,
      TenantLookup tenants,
      BackupRecords records,
      Backups backups,
      Restores restores,
      Drills drills,
      AuditLog audit) {
    this.events = events;
    this.gate = gate;
    this.tenants = tenants;
    this.records = records;
    this.backups = backups;
    this.restores = restores;
    this.drills = drills;
    this.audit = audit;
  }

  @Incoming("backup-commands")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, BackupCommand.class, this::handle);
  }

  private void handle(Sql transaction, BackupCommand command) {
    gate.requireOpen(command.topic());
    switch (command) {
      case BackupCommand.MakeBackup backup -> {
        backUp(transaction, backup);
        record(transaction, command, Set.of(command.tenantId()));
      }
      case BackupCommand.MakeRestore restore -> {
        RestoreRequest request = request(restore);
        restores.request(transaction, request, Restores.Origin.NONE);
        record(transaction, command, restores.concerned(request));
      }
      case BackupCommand.MakeDrill drill -> {
        drill(transaction, drill);
        record(transaction, command, Set.of(command.tenantId()));
      }
    }
  }

  private void record(Sql transaction, BackupCommand command, Set<UUID> tenants) {
    audit.append(
        transaction,
        AuditEntry.ofCommand(
            command.topic(), EventType.of(command).id(), tenants.toArray(UUID[]::new)));
  }

  private void backUp(Sql transaction, BackupCommand.MakeBackup command) {
    backups.request(
        transaction,
        new Backups.Request(
            command.tenantId(),
            tenants.get(command.tenantId()).name(),
            Backups.requestable(Optional.ofNullable(command.kind()))
                .orElseThrow(
                    () ->
                        new InvalidEvent("the kind must be manual, emergency or before_migration")),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private static RestoreRequest request(BackupCommand.MakeRestore command) {
    return new RestoreRequest(
        command.tenantId(),
        Optional.ofNullable(command.backupId()),
        Optional.ofNullable(command.mode()).map(Commands::mode),
        Optional.ofNullable(command.sourceTenantId()),
        Optional.empty(),
        Optional.empty());
  }

  private static RestoreRequest.Mode mode(String name) {
    try {
      return RestoreRequest.Mode.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InvalidEvent("the mode must be in_place or clone");
    }
  }

  private void drill(Sql transaction, BackupCommand.MakeDrill command) {
    UUID backup =
        Optional.ofNullable(command.backupId())
            .map(id -> records.usable(id).id())
            .or(() -> records.newestGood(command.tenantId()).map(Backup::id))
            .orElseThrow(
                () ->
                    new TenantryException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        "The tenant has no completed backup for a drill."));
    drills.request(transaction, command.tenantId(), backup, Optional.empty(), Optional.empty());
  }
}
