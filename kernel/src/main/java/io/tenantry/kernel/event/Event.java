package io.tenantry.kernel.event;

import java.util.UUID;

/**
 * A fact that one service tells the others, with a {@link EventType} of its own. Facts may gain
 * fields; consumers ignore the ones they do not know. None ever carries a secret.
 */
public sealed interface Event permits TenantEvent, OperationEvent, BackupCommand, MigrationCommand {

  /** Whom it is about, and the key of its message: a tenant's events keep their order. */
  UUID subject();

  /** The topic it is told on. */
  String topic();
}
