package io.tenantry.kernel.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.All;
import io.quarkus.arc.properties.IfBuildProperty;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.Event;
import io.tenantry.kernel.event.EventType;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/**
 * The transactional outbox: an event is stored in the transaction of the change that it reports,
 * and {@link OutboxRelay} publishes it afterwards. Either both the change and the event are
 * committed, or neither is.
 */
@Singleton
@IfBuildProperty(name = "tenantry.outbox.enabled", stringValue = "true")
public final class Outbox {

  private final ObjectMapper mapper;
  private final OutboxRelay relay;
  private final List<OutboxListener> listeners;

  Outbox(ObjectMapper mapper, OutboxRelay relay, @All List<OutboxListener> listeners) {
    this.mapper = mapper;
    this.relay = relay;
    this.listeners = listeners;
  }

  /** Stores an event in the caller's transaction; it is relayed right after the commit. */
  public void append(Sql transaction, Event event) {
    UUID id = UUID.randomUUID();
    transaction.send(
        """
        INSERT INTO outbox (event_id, topic, subject, type, data)
        VALUES ($1, $2, $3, $4, $5)
        """,
        id,
        event.topic(),
        event.subject(),
        EventType.of(event).id(),
        json(event));
    listeners.forEach(listener -> listener.appended(transaction, id, event));
    transaction.afterCommit(relay::wake);
  }

  private String json(Event event) {
    try {
      return mapper.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
