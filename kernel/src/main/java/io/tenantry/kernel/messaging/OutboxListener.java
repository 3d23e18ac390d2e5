package io.tenantry.kernel.messaging;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.Event;
import java.util.UUID;

/** Is called with each event that is stored in the outbox; declare it as a bean. */
@FunctionalInterface
public interface OutboxListener {

  /**
   * An event was stored.
   *
   * @param transaction the transaction that stores it and the change that it reports
   * @param eventId the id of the CloudEvent that will be published
   */
  void appended(Sql transaction, UUID eventId, Event event);
}
