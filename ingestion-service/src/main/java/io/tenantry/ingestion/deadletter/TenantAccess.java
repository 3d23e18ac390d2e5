package io.tenantry.ingestion.deadletter;

import io.quarkus.security.identity.SecurityIdentity;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.Optional;
import java.util.UUID;

/** Keeps the keys of one tenant from what is another's. */
final class TenantAccess {

  private TenantAccess() {}

  /**
   * Requires that the caller may reach this tenant: with one of its keys, or as a viewer.
   *
   * @throws TenantryException {@code FORBIDDEN}
   */
  static void check(SecurityIdentity identity, UUID tenantId) {
    if (onlyTenant(identity).filter(own -> !own.equals(tenantId)).isPresent()) {
      throw new TenantryException(ErrorCode.FORBIDDEN, "The key is of another tenant.");
    }
  }

  /**
   * The one tenant that the caller may reach; empty for a viewer, who may reach all.
   *
   * @throws TenantryException {@code FORBIDDEN} if it is neither a tenant's key nor a viewer
   */
  static Optional<UUID> onlyTenant(SecurityIdentity identity) {
    if (identity.getPrincipal() instanceof TenantPrincipal tenant) {
      return Optional.of(tenant.tenantId());
    }
    if (identity.hasRole(Roles.VIEWER)) {
      return Optional.empty();
    }
    throw new TenantryException(
        ErrorCode.FORBIDDEN, "This needs a key of a tenant or the role viewer.");
  }
}
