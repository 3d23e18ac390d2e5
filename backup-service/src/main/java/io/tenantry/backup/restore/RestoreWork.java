package io.tenantry.backup.restore;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A restore in progress.
 *
 * @param store the only store to read from; empty for any
 * @param tenant the tenant whose data is replaced
 */
record RestoreWork(
    RunningJob job,
    Restore restore,
    Backup backup,
    Optional<String> store,
    TenantEntry tenant,
    ClusterAccess access,
    TenantLeases.Lease lease,
    Instant startedAt) {

  /** The longest time that a swap takes; the lease must last longer. */
  private static final Duration LONGEST_SWAP = Duration.ofSeconds(10);

  TenantLocation target() {
    return tenant.data();
  }

  Manifest manifest() {
    return backup.manifest().orElseThrow();
  }

  String name(Purpose purpose) {
    return purpose.nameFor(restore.id());
  }

  void reportBytes(long done) {
    job.progress(done, backup.file().orElseThrow().bytes(), "bytes");
  }

  /** Checks that every table has as many rows as in the backup. */
  void requireSame(List<Manifest.Table> expected, List<Manifest.Table> found) {
    if (!found.equals(expected)) {
      long different = expected.stream().filter(table -> !found.contains(table)).count();
      throw new TenantryException(
          ErrorCode.RESTORE_MISMATCH,
          "%d tables have different row counts than in the backup; nothing was changed."
              .formatted(Math.max(1, different)));
    }
  }

  /** Checks that the lease lasts longer than the swap may take. */
  void requireTime() {
    lease.require();
    if (lease.remaining().compareTo(LONGEST_SWAP) < 0) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY,
          "The tenant's lease expires too soon for the swap; nothing was changed.");
    }
  }
}
