package io.tenantry.kernel.event;

import java.util.UUID;

/**
 * An event that one service publishes to the others; each has its own {@link EventType}. Events may
 * gain fields, and consumers ignore unknown ones. Events never contain secrets.
 */
public sealed interface Event permits Event.OfTenant, OperationEvent {

  /**
   * The tenant or campaign, which is also the message key, so that a tenant's events keep their
   * order.
   */
  UUID subject();

  /** The topic that it is published to. */
  String topic();

  /** An event about one tenant. */
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
