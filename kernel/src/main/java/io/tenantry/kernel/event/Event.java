package io.tenantry.kernel.event;

import java.util.UUID;

/**
 * A fact that one service tells the others, with a {@link EventType} of its own. Facts may gain
 * fields; consumers ignore the ones they do not know. None ever carries a secret.
 */
public sealed interface Event permits Event.OfTenant, OperationEvent {

  /** Whom it is about, and the key of its message: a tenant's events keep their order. */
  UUID subject();

  /** The topic it is told on. */
  String topic();

  /** A fact about one tenant. */
  sealed interface OfTenant extends Event
      permits TenantEvent, OperationEvent.OfTenant, BackupCommand, MigrationCommand {

    /** The tenant. */
    UUID tenantId();

    @Override
    default UUID subject() {
      return tenantId();
    }
  }
}
