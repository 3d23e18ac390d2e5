package io.tenantry.backup;

import io.tenantry.kernel.kafka.TopicSpec;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The topics that backup-service uses; it creates those that are missing. */
final class TopicsProducer {

  @Produces
  @Singleton
  TopicSpec tenantEvents() {
    return TopicSpec.TENANT_EVENTS;
  }

  @Produces
  @Singleton
  TopicSpec tenantEventsDeadLetters() {
    return TopicSpec.TENANT_EVENTS_DEAD_LETTERS;
  }

  @Produces
  @Singleton
  TopicSpec operationEvents() {
    return TopicSpec.OPERATION_EVENTS;
  }

  @Produces
  @Singleton
  TopicSpec backupCommands() {
    return TopicSpec.BACKUP_COMMANDS;
  }

  @Produces
  @Singleton
  TopicSpec backupCommandsDeadLetters() {
    return TopicSpec.BACKUP_COMMANDS_DEAD_LETTERS;
  }

  @Produces
  @Singleton
  TopicSpec migrationCommands() {
    return TopicSpec.MIGRATION_COMMANDS;
  }

  @Produces
  @Singleton
  TopicSpec migrationCommandsDeadLetters() {
    return TopicSpec.MIGRATION_COMMANDS_DEAD_LETTERS;
  }
}
