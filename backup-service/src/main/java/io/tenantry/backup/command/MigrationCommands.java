package io.tenantry.backup.command;

import io.tenantry.backup.migration.Direction;
import io.tenantry.backup.migration.MigrationRequest;
import io.tenantry.backup.migration.Migrations;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.EventType;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.MigrationCommand;
import io.tenantry.kernel.messaging.CommandGate;
import io.tenantry.kernel.messaging.EventConsumer;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jspecify.annotations.Nullable;

/**
 * Consumes migration commands from Kafka; each creates one job, even if it is delivered repeatedly.
 */
@Singleton
final class MigrationCommands {

  private final EventConsumer events;
  private final CommandGate gate;
  private final TenantLookup tenants;
  private final Migrations migrations;
  private final AuditLog audit;

  MigrationCommands(
      EventConsumer events,
      CommandGate gate,
      TenantLookup tenants,
      Migrations migrations,
      AuditLog audit) {
    this.events = events;
    this.gate = gate;
    this.tenants = tenants;
    this.migrations = migrations;
    this.audit = audit;
  }

  @Incoming("migration-commands")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, MigrationCommand.class, this::handle);
  }

  private void handle(Sql transaction, MigrationCommand command) {
    gate.requireOpen(command.topic());
    migrations.request(
        transaction,
        tenants.getUncached(command.tenantId()),
        switch (command) {
          case MigrationCommand.MakeMigration forward ->
              request(Direction.FORWARD, forward.targetVersion(), forward.backupFirst());
          case MigrationCommand.MakeRollback back ->
              request(Direction.ROLLBACK, required(back.targetVersion()), back.backupFirst());
        });
    audit.append(
        transaction,
        AuditEntry.ofCommand(command.topic(), EventType.of(command).id(), command.tenantId()));
  }

  private static String required(@Nullable String targetVersion) {
    if (targetVersion == null) {
      throw new InvalidEvent("a rollback needs a target_version");
    }
    return targetVersion;
  }

  private static MigrationRequest request(
      Direction direction, @Nullable String targetVersion, @Nullable Boolean backupFirst) {
    return new MigrationRequest(
        Optional.of(direction),
        Optional.ofNullable(targetVersion),
        Optional.ofNullable(backupFirst),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
