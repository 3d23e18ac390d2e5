package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.registry.Tenant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of a tenant's activation in this replica, needed if the result of the commit is lost.
 */
final class Activation {

  private volatile boolean markingStarted;
  private volatile @Nullable Tenant tenant;

  /**
   * Records that the database or schema is about to be marked as a tenant's on the server, which
   * happens before the commit.
   */
  void startMarking() {
    markingStarted = true;
  }

  boolean isMarkingStarted() {
    return markingStarted;
  }

  /** Sets the tenant as it will be once the transaction is committed. */
  void setTenant(Tenant activated) {
    tenant = activated;
  }

  /** The tenant as read in the transaction of its activation, see {@link #setTenant}. */
  Tenant tenant() {
    return Optional.ofNullable(tenant).orElseThrow();
  }
}
