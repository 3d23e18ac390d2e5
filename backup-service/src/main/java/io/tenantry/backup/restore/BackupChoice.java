package io.tenantry.backup.restore;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Finds what is to be restored, and to where. */
@Singleton
final class BackupChoice {

  private final BackupRecords backups;
  private final TenantPlaces places;
  private final Stores stores;

  BackupChoice(BackupRecords backups, TenantPlaces places, Stores stores) {
    this.backups = backups;
    this.places = places;
    this.stores = stores;
  }

  /** A backup, and the tenant whose data it replaces. */
  record Chosen(TenantEntry target, Backup backup) {}

  /**
   * The backup that a request means.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, {@code BACKUP_NOT_FOUND}, {@code
   *     BACKUP_NOT_USABLE}, or {@link InvalidRequest} if backup and tenant do not go together
   */
  Chosen of(RestoreRequest request) {
    TenantEntry target = places.get(request.tenantId());
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
                        "Tenant " + sourceId + " has no backup to restore."));
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
          "backup_id", "must be of a tenant of the same blueprint, isolated alike");
    }
    return new Chosen(target, backup);
  }
}
