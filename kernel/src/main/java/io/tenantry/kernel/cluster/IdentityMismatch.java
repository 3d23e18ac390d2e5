package io.tenantry.kernel.cluster;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;

/**
 * A database, schema or role is not what the registry says: it was not changed. Either the registry
 * is older than the object (a control database restored from a backup), or the object was created
 * by something else.
 */
public final class IdentityMismatch extends TenantryException {

  private static final long serialVersionUID = 1L;

  IdentityMismatch(String detail) {
    super(ErrorCode.IDENTITY_MISMATCH, detail);
  }
}
