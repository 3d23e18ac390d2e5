package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.Sql;
import java.util.UUID;

/** Whoever wants to see a tenant in the very transaction that makes it one. */
@FunctionalInterface
public interface Witness {

  /** The tenant is active once this transaction is committed. */
  void activated(Sql transaction, UUID tenantId);
}
