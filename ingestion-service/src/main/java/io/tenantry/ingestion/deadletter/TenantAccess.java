package io.tenantry.ingestion.deadletter;

import io.quarkus.security.identity.SecurityIdentity;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.Optional;
import java.util.UUID;

/** Restricts the API keys of a tenant to that tenant's dead letters. */
final class TenantAccess {

  private TenantAccess() {}

  /**
   * Requires that the caller has access to this tenant: with one of its API keys, or with the role
   * viewer.
   *
   * @throws TenantryException {@code FORBIDDEN}
   */
  static void check(SecurityIdentity identity, UUID tenantId) {
    if (onlyTenant(identity).filter(own -> !own.equals(tenantId)).isPresent()) {
      throw new TenantryException(ErrorCode.FORBIDDEN, "The API key belongs to another tenant.");
    }
  }

  /**
   * The tenant that the caller is restricted to; empty for a viewer, who has access to all tenants.
   *
   * @throws TenantryException {@code FORBIDDEN} if the caller has neither a tenant's API key nor
   *     the role viewer
   */
  static Optional<UUID> onlyTenant(SecurityIdentity identity) {
    if (identity.getPrincipal() instanceof TenantPrincipal tenant) {
      return Optional.of(tenant.tenantId());
    }
    if (identity.hasRole(Roles.VIEWER)) {
      return Optional.empty();
    }
    throw new TenantryException(
        ErrorCode.FORBIDDEN, "An API key of a tenant or the role viewer is required.");
  }

  /** Whether the caller may read messages: its own tenant's, or with the role operator all. */
  static boolean canReadMessages(SecurityIdentity identity) {
    return identity.getPrincipal() instanceof TenantPrincipal || identity.hasRole(Roles.OPERATOR);
  }
}
