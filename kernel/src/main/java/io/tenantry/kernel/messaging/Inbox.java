package io.tenantry.kernel.messaging;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.CloudEvent;
import jakarta.inject.Singleton;

/**
 * The transactional inbox: a handled event is recorded in the transaction of its handling, so that
 * a repeated delivery is recognised. A service that consumes events has the table {@code inbox} in
 * its schema and sets {@code tenantry.inbox.enabled}.
 */
@Singleton
final class Inbox {

  /**
   * Records the event in the caller's transaction. Of two transactions with the same event, the
   * second waits until the first is finished.
   *
   * @return false if it was handled before
   */
  boolean addIfNew(Sql transaction, CloudEvent event) {
    return transaction.changedOne(
        """
        INSERT INTO inbox (source, event_id, type)
        VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        """,
        event.source(),
        event.id(),
        event.type());
  }
}
