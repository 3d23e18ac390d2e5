package io.tenantry.backup.restore;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.postgres.RestoreCheck;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.util.List;

/** Plans a restore without running it. */
@Singleton
final class RestorePlanner {

  private final BackupChoice choice;
  private final BackupFiles files;
  private final TenantLookup lookup;
  private final TenantKeys keys;
  private final Stores stores;
  private final RestoreCheck check;
  private final Replacements replacements;

  RestorePlanner(
      BackupChoice choice,
      BackupFiles files,
      TenantLookup lookup,
      TenantKeys keys,
      Stores stores,
      RestoreCheck check,
      Replacements replacements) {
    this.choice = choice;
    this.files = files;
    this.lookup = lookup;
    this.keys = keys;
    this.stores = stores;
    this.check = check;
    this.replacements = replacements;
  }

  /** Plans a request; throws the error that the restore would fail with. */
  RestorePlan plan(RestoreRequest request) {
    BackupChoice.Chosen chosen = choice.of(request);
    TenantLocation target = chosen.target().data();
    Backup backup = chosen.backup();
    Manifest manifest = backup.manifest().orElseThrow();
    keys.forReading(backup.tenantId(), backup.keyId());
    List<String> whole =
        files.stores(backup).stream()
            .filter(
                store ->
                    stores.named(store).size(backup.archiveId().objectKey())
                        == backup.file().orElseThrow().bytes())
            .toList();
    RestoreCheck.Finding finding =
        check.run(lookup.clusterAccess(target.cluster()), target, manifest);
    return new RestorePlan(
        target.tenantId(),
        backup.id(),
        backup.tenantId(),
        target.cluster(),
        target.database(),
        target.schema(),
        manifest.rows(),
        backup.file().orElseThrow().bytes(),
        whole,
        finding.sessions(),
        replacements.of(target.schema()).steps(),
        finding.missingRoles(),
        finding.refusedSettings(),
        manifest.largeObjectsLeftOut(),
        manifest.warnings());
  }
}
