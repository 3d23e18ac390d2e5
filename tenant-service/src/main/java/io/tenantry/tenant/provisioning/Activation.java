package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.registry.Tenant;

/**
 * What this replica knows of a tenant's activation, whether or not the answer to its commit
 * arrives.
 */
final class Activation {

  private volatile boolean markingStarted;
  private volatile Tenant tenant;

  /**
   * The home is about to be made a tenant's on the server, before anybody is told of the tenant.
   */
  void startMarking() {
    markingStarted = true;
  }

  boolean isMarkingStarted() {
    return markingStarted;
  }

  /** The tenant as it is if the transaction is committed. */
  void setTenant(Tenant activated) {
    tenant = activated;
  }

  /** The tenant as its transaction saw it. */
  Tenant tenant() {
    return tenant;
  }
}
