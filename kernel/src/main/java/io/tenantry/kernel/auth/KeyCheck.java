package io.tenantry.kernel.auth;

import io.quarkus.security.identity.SecurityIdentity;
import io.tenantry.kernel.tenant.TenantStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The result of checking a tenant's API key. */
public sealed interface KeyCheck {

  /**
   * The key is valid: neither revoked nor expired.
   *
   * @param expiresAt when it expires; empty if it never does
   * @param tenant the status of the tenant: unless it is active, the key permits nothing
   * @param identity the caller's identity, with the roles of the key's scopes while the tenant is
   *     active
   */
  record Known(
      TenantPrincipal holder,
      Optional<Instant> expiresAt,
      TenantStatus tenant,
      SecurityIdentity identity)
      implements KeyCheck {}

  /**
   * The key is invalid.
   *
   * @param holder the tenant that it was issued to; empty for an unknown key
   */
  record Refused(Reason reason, Optional<TenantPrincipal> holder) implements KeyCheck {}

  /** Why a key is invalid. */
  enum Reason {
    UNKNOWN,
    REVOKED,
    EXPIRED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
