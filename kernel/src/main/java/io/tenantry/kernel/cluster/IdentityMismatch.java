package io.tenantry.kernel.cluster;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;

/**
 * A database, schema or role is not what our records say it is: nothing was done to it. Either the
 * records are older than the thing (a control database restored from a backup), or somebody else
 * made the thing.
 */
public final class IdentityMismatch extends TenantryException {

  private static final long serialVersionUID = 1L;

  IdentityMismatch(String detail) {
    super(ErrorCode.IDENTITY_MISMATCH, detail);
  }
}
