package io.tenantry.backup.archive;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;

/** Thrown if a stored backup is corrupt; the message says how. */
public final class DamagedArchive extends TenantryException {

  private static final long serialVersionUID = 1L;

  DamagedArchive(String how) {
    super(ErrorCode.BACKUP_DAMAGED, "The stored backup is corrupt: " + how + ".");
  }

  DamagedArchive(String how, Throwable cause) {
    super(ErrorCode.BACKUP_DAMAGED, "The stored backup is corrupt: " + how + ".", cause);
  }
}
