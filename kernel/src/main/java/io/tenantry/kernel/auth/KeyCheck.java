package io.tenantry.kernel.auth;

import io.quarkus.security.identity.SecurityIdentity;
import io.tenantry.kernel.tenant.TenantStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What a key turned out to be that somebody presents as a tenant's. */
public sealed interface KeyCheck {

  /**
   * It is a tenant's, neither revoked nor expired.
   *
   * @param expiresAt until when; empty for ever
   * @param tenant where the tenant stands: if not active, the key permits nothing
   * @param identity who has it, with the roles of its scopes while the tenant is active
   */
  record Known(
      TenantPrincipal holder,
      Optional<Instant> expiresAt,
      TenantStatus tenant,
      SecurityIdentity identity)
      implements KeyCheck {}

  /**
   * It is of no use.
   *
   * @param holder whose it was; empty if it is nobody's
   */
  record Refused(Reason reason, Optional<TenantPrincipal> holder) implements KeyCheck {}

  /** Why a key is of no use. */
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
