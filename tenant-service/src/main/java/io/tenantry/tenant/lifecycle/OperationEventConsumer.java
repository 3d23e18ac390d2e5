package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.CloudEvent;
import io.tenantry.kernel.event.EventReader;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.messaging.EventConsumer;
import io.tenantry.tenant.webhook.event.FactLog;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Receives backup-service's events: webhooks report them, and those about final backups continue or
 * cancel deletions.
 */
@Singleton
final class OperationEventConsumer {

  private static final Logger LOG = Logger.getLogger(OperationEventConsumer.class);

  private final EventConsumer events;
  private final EventReader reader;
  private final DeletionStore store;
  private final FactLog facts;

  OperationEventConsumer(
      EventConsumer events, EventReader reader, DeletionStore store, FactLog facts) {
    this.events = events;
    this.reader = reader;
    this.store = store;
    this.facts = facts;
  }

  private record Received(CloudEvent message, OperationEvent event) {}

  @Incoming("operation-events")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(
        message,
        cloudEvent ->
            reader
                .read(cloudEvent)
                .filter(OperationEvent.class::isInstance)
                .map(event -> new Received(cloudEvent, (OperationEvent) event)),
        (transaction, received) -> handle(transaction, received, occurredAt(message)));
  }

  /**
   * Handles an event in the caller's transaction.
   *
   * @throws InvalidEvent if it contradicts backup-service's records
   */
  private void handle(Sql transaction, Received received, Instant occurredAt) {
    switch (received.event()) {
      case OperationEvent.BackupCompleted done when done.kind().equals(OperationEvent.FINAL) ->
          store.recordFinalBackup(transaction, done);
      case OperationEvent.BackupFailed failed when failed.kind().equals(OperationEvent.FINAL) ->
          store.recordFinalBackupFailure(transaction, failed);
      default -> LOG.debugf("not a final backup subject=%s", received.event().subject());
    }
    facts.received(transaction, received.message(), received.event(), occurredAt);
  }

  /** The attribute {@code time}; if there is no valid one, when the message was sent. */
  private static Instant occurredAt(ConsumerRecord<?, ?> message) {
    Header time = message.headers().lastHeader("ce_time");
    if (time != null && time.value() != null) {
      try {
        Instant stated =
            OffsetDateTime.parse(new String(time.value(), StandardCharsets.UTF_8)).toInstant();
        if (stated.isAfter(Instant.EPOCH)
            && !stated.isAfter(Instant.ofEpochMilli(message.timestamp()))) {
          return stated;
        }
      } catch (DateTimeException e) {
        LOG.debugf("the header ce_time is not an RFC 3339 timestamp: %s", e.getMessage());
      }
    }
    return Instant.ofEpochMilli(message.timestamp());
  }
}
