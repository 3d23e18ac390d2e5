package io.tenantry.kernel.outbound;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;

/** A URL that must not be called. The message names the rule, never an address. */
public final class AddressRefused extends TenantryException {

  private static final long serialVersionUID = 1L;

  private final boolean unresolved;

  AddressRefused(String detail) {
    this(detail, false);
  }

  private AddressRefused(String detail, boolean unresolved) {
    super(ErrorCode.OUTBOUND_ADDRESS_REFUSED, detail);
    this.unresolved = unresolved;
  }

  /** A name without addresses, or with an address inside: callers cannot tell them apart. */
  static AddressRefused name(boolean unresolved) {
    return new AddressRefused(
        "The host of the URL must have only addresses that may be called: check its name and its"
            + " DNS records. Addresses of private networks and of the service itself are refused.",
        unresolved);
  }

  /** Whether the name has no addresses at the moment, which may change by itself. */
  public boolean isUnresolved() {
    return unresolved;
  }
}
