package io.tenantry.backup.restore;

import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Replaces a tenant's data with a backup, and undoes that: a database is loaded next to the live
 * one and renamed, a schema is loaded and renamed in one transaction.
 */
sealed interface Replacement permits DatabaseReplacement, SchemaReplacement {

  /**
   * The result of a swap; the durations are empty if an earlier attempt made it and crashed.
   *
   * @param replaced whether data was replaced, and is kept
   * @param recovery the time from the restore's start until the tenant had its data
   */
  record Swapped(
      boolean replaced,
      Optional<Duration> downtime,
      Optional<Duration> recovery,
      List<String> notes) {}

  /** The steps of a restore, in order. */
  List<String> steps();

  /**
   * Whether an earlier attempt has made the swap, judging by the kept data. If the tenant had no
   * data, none is kept: then the backup is restored again, and the existing data is kept for an
   * undo.
   */
  boolean isDone(RestoreWork work);

  /** Restores next to the live data, checks the restored data and swaps the two. */
  Swapped replace(RestoreWork work) throws InterruptedException;

  /** The replaced data that is kept. */
  Restore.Former former(RestoreWork work, Instant expiry);

  /** Drops what a failed attempt may have left next to the live data. */
  void discard(ClusterAccess access, Restore restore);

  /** Whether the undo has made its swap, judging by the data that it has replaced. */
  boolean isUndone(ClusterAccess access, Restore restore);

  /** Swaps the replaced data back, and keeps the restored data. */
  void undo(ClusterAccess access, TenantLocation tenant, Restore restore);

  /** Drops the kept data, if it exists. */
  void drop(ClusterAccess access, Restore restore, Restore.Former kept);
}
