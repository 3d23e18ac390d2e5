package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.registry.Tenant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this replica knows of a tenant's activation, whether or not the answer to its commit
 * arrives.
 */
final class Activation {

  private volatile boolean handedOver;
  private volatile @Nullable Tenant tenant;

  /**
   * The home is about to be made a tenant's on the server, before anybody is told of the tenant.
   */
  void handOver() {
    handedOver = true;
  }

  boolean isHandedOver() {
    return handedOver;
  }

  /** The tenant as it is if the transaction is committed. */
  void prepared(Tenant activated) {
    tenant = activated;
  }

  /** The tenant as its transaction saw it; it was {@link #prepared}. */
  Tenant tenant() {
    return Optional.ofNullable(tenant).orElseThrow();
  }
}
