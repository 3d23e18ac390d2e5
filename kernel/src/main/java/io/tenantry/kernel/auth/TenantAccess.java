package io.tenantry.kernel.auth;

import io.quarkus.security.identity.SecurityIdentity;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import java.util.UUID;

/** Keeps the keys of one tenant from what is another's. */
public final class TenantAccess {

  private TenantAccess() {}

  /**
   * Lets pass who may reach this tenant: its own keys, and whoever comes to the admin API.
   *
   * @throws TenantryException {@code FORBIDDEN}
   */
  public static void check(SecurityIdentity identity, UUID tenantId) {
    if (identity.getPrincipal() instanceof TenantPrincipal tenant
        && !tenant.tenantId().equals(tenantId)) {
      throw new TenantryException(ErrorCode.FORBIDDEN, "The key is of another tenant.");
    }
  }
}
