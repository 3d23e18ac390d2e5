package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.registry.Tenant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of a tenant's activation in this replica, needed if the result of the commit is lost.
 */
final class Activation {

  private volatile Marking marking = Marking.NONE;
  private volatile @Nullable Tenant tenant;

  /** Whether this replica has marked the database or schema as the tenant's on the server. */
  enum Marking {
    /** It has not, or the server refused because of another mark. */
    NONE,
    /** The server has not answered. */
    UNKNOWN,
    DONE
  }

  void setMarking(Marking result) {
    marking = result;
  }

  Marking marking() {
    return marking;
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
