package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.registry.Tenant;

/**
 * The state of a tenant's activation in this replica, needed if the result of the commit is lost.
 */
final class Activation {

  private volatile boolean markingStarted;
  private volatile Tenant tenant;

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

  /** The tenant as read in the transaction of its activation. */
  Tenant tenant() {
    return tenant;
  }
}
