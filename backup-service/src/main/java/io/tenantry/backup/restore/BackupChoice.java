package io.tenantry.backup.restore;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Resolves the backup and the target tenant of a restore request. */
@Singleton
final class BackupChoice {

  private final BackupRecords backups;
  private final TenantLookup lookup;
  private final Stores stores;

  BackupChoice(BackupRecords backups, TenantLookup lookup, Stores stores) {
    this.backups = backups;
    this.lookup = lookup;
    this.stores = stores;
  }

  /** A backup, and the tenant whose data it replaces. */
  record Chosen(TenantEntry target, Backup backup) {}

  /**
   * Resolves a request.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, {@code BACKUP_NOT_FOUND}, {@code
   *     BACKUP_NOT_USABLE}, or {@link InvalidRequest} if backup and tenant do not match
   */
  Chosen of(RestoreRequest request) {
    TenantEntry target = lookup.get(request.tenantId());
    boolean clone =
        request.mode().orElse(RestoreRequest.Mode.IN_PLACE) == RestoreRequest.Mode.CLONE;
    if (clone && request.backupId().isEmpty() && request.sourceTenantId().isEmpty()) {
      throw new InvalidRequest("backup_id", "or source_tenant_id is required for a clone");
    }
    request.store().ifPresent(stores::named);
    UUID sourceId = request.sourceTenantId().orElse(target.tenantId());
    Backup backup =
        request
            .backupId()
            .map(backups::usable)
            .or(() -> backups.newestGood(sourceId))
            .orElseThrow(
                () ->
                    new TenantryException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        "Tenant " + sourceId + " has no completed backup to restore."));
    if (clone == backup.tenantId().equals(target.tenantId())) {
      throw new InvalidRequest(
          "backup_id",
          clone ? "must be another tenant's for a clone" : "must be a backup of the tenant");
    }
    boolean alike =
        backup.manifest().orElseThrow().schema().isPresent() == target.data().schema().isPresent()
            && backup.manifest().orElseThrow().blueprint().equals(target.blueprint());
    if (!alike) {
      throw new InvalidRequest(
          "backup_id", "must be of a tenant with the same blueprint and isolation");
    }
    return new Chosen(target, backup);
  }
}
