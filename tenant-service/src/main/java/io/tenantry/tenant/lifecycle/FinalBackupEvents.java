package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.messaging.EventConsumer;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Receives backup-service's events about the final backups of deletions. */
@Singleton
final class FinalBackupEvents {

  private static final Logger LOG = Logger.getLogger(FinalBackupEvents.class);

  private final EventConsumer events;
  private final DeletionStore store;

  FinalBackupEvents(EventConsumer events, DeletionStore store) {
    this.events = events;
    this.store = store;
  }

  @Incoming("operation-events")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, OperationEvent.OfBackup.class, this::handle);
  }

  private void handle(Sql transaction, OperationEvent.OfBackup event) {
    switch (event) {
      case OperationEvent.BackupCompleted done when done.kind().equals(OperationEvent.FINAL) ->
          store.recordFinalBackup(transaction, done);
      case OperationEvent.BackupFailed failed when failed.kind().equals(OperationEvent.FINAL) ->
          store.recordFinalBackupFailure(transaction, failed);
      default -> LOG.debugf("event ignored: not a final backup tenant=%s", event.tenantId());
    }
  }
}
