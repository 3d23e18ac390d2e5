package io.tenantry.tenant.update;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Records as an event that properties of a tenant have changed. */
@Singleton
public final class TenantUpdateRecords {

  private final Outbox outbox;

  TenantUpdateRecords(Outbox outbox) {
    this.outbox = outbox;
  }

  /**
   * Publishes a change in its transaction, after it was made. A change of a tenant that is not
   * active or suspended is part of its provisioning or deletion, which have events of their own.
   *
   * @param changed the names of the changed fields; nothing is published if there are none
   */
  public void publish(Sql transaction, UUID tenantId, List<String> changed) {
    if (changed.isEmpty()) {
      return;
    }
    transaction
        .first(
            row ->
                new TenantEvent.Updated(
                    tenantId, row.getString("name"), row.getString("environment"), changed),
            """
            SELECT name, environment
            FROM control_plane.tenants
            WHERE tenant_id = $1
              AND status IN ('active', 'suspended')
            """,
            tenantId)
        .ifPresent(event -> outbox.append(transaction, event));
  }
}
