package io.tenantry.backup.archive;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;

/** A stored backup that is not what was stored; its message says in what way. */
public final class DamagedArchive extends TenantryException {

  private static final long serialVersionUID = 1L;

  DamagedArchive(String how) {
    super(ErrorCode.BACKUP_DAMAGED, "The stored backup cannot be used: " + how + ".");
  }

  DamagedArchive(String how, Throwable cause) {
    super(ErrorCode.BACKUP_DAMAGED, "The stored backup cannot be used: " + how + ".", cause);
  }
}
