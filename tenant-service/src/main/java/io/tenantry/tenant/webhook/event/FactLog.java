package io.tenantry.tenant.webhook.event;

import io.tenantry.kernel.crypto.Sha256;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.CloudEvent;
import io.tenantry.kernel.event.Event;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.OutboxListener;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Records the facts that webhooks report, in the transaction that makes them facts: events of this
 * service with the change that they report, and those of others with the inbox entry of their
 * message. So each fact is recorded once, and none is lost while Kafka is unavailable.
 */
@Singleton
public final class FactLog implements OutboxListener {

  private static final Logger LOG = Logger.getLogger(FactLog.class);

  private final Messages messages;
  private final Clock clock;
  private volatile Runnable listener = () -> {};

  FactLog(Messages messages, Clock clock) {
    this.messages = messages;
    this.clock = clock;
  }

  /** Sets what is called after a transaction with new facts was committed. */
  public void onRecorded(Runnable called) {
    listener = called;
  }

  @Override
  public void appended(Sql transaction, UUID eventId, Event event) {
    WebhookEventType.of(event)
        .ifPresent(
            type -> record(transaction, idOf(type, event, eventId), type, event, clock.instant()));
  }

  /**
   * A tenant is deleted once. When a restored control database deletes it again, the fact keeps its
   * id, so that receivers recognise the message.
   */
  private static UUID idOf(WebhookEventType type, Event event, UUID eventId) {
    return event instanceof TenantEvent.Deleted deleted
        ? idOf(type.id() + '\n' + deleted.tenantId())
        : eventId;
  }

  /**
   * Records an event of another service in the transaction that handles its message. Nothing is
   * reported about a tenant that the registry does not know, such as a purged one.
   *
   * @param occurredAt when the sender says that it happened
   */
  public void received(
      Sql transaction, CloudEvent message, OperationEvent event, Instant occurredAt) {
    if (event instanceof Event.OfTenant ofTenant && !isKnown(transaction, ofTenant.tenantId())) {
      LOG.infof("event not reported: no such tenant in the registry tenant=%s", event.subject());
      return;
    }
    WebhookEventType.of(event)
        .ifPresent(type -> record(transaction, idOf(message), type, event, occurredAt));
  }

  private static boolean isKnown(Sql transaction, UUID tenantId) {
    return transaction.exists("SELECT FROM control_plane.tenants WHERE tenant_id = $1", tenantId);
  }

  /** CloudEvents are identified by source and id together, and an id need not be a UUID. */
  private static UUID idOf(CloudEvent message) {
    return idOf(message.source() + '\n' + message.id());
  }

  private static UUID idOf(String text) {
    ByteBuffer hash = ByteBuffer.wrap(Sha256.of(text));
    return new UUID(hash.getLong(), hash.getLong());
  }

  /**
   * Records that an endpoint was disabled.
   *
   * @param tenantId the owner of the endpoint; empty for one of the operator
   */
  public void endpointDisabled(
      Sql transaction, UUID endpointId, Optional<UUID> tenantId, String reason) {
    record(
        transaction,
        UUID.randomUUID(),
        WebhookEventType.ENDPOINT_DISABLED,
        tenantId,
        tenantId
            .map(tenant -> Map.of("tenant_id", tenant, "endpoint_id", endpointId, "reason", reason))
            .orElse(Map.of("endpoint_id", endpointId, "reason", reason)),
        clock.instant());
  }

  private void record(
      Sql transaction, UUID eventId, WebhookEventType type, Event event, Instant occurredAt) {
    record(
        transaction,
        eventId,
        type,
        event instanceof Event.OfTenant ofTenant
            ? Optional.of(ofTenant.tenantId())
            : Optional.empty(),
        event,
        occurredAt);
  }

  private void record(
      Sql transaction,
      UUID eventId,
      WebhookEventType type,
      Optional<UUID> tenantId,
      Object fact,
      Instant occurredAt) {
    transaction.send(
        """
        INSERT INTO control_plane.webhook_events (event_id, type, tenant_id, data, occurred_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (event_id) DO NOTHING
        """,
        eventId,
        type.id(),
        tenantId,
        messages.data(type, fact),
        occurredAt);
    transaction.afterCommit(() -> listener.run());
  }
}
