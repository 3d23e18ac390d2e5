package io.tenantry.backup.restore;

import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a backup takes the place of a tenant's data, and how that comes back: a database is loaded
 * beside the live one and renamed, a schema is loaded and renamed in one transaction.
 */
sealed interface Replacement permits DatabaseReplacement, SchemaReplacement {

  /**
   * What a swap took; empty if an attempt before did it and could not tell.
   *
   * @param replaced whether something was replaced, and is kept
   * @param recovery from the restore's beginning until the tenant had its data
   */
  record Swapped(
      boolean replaced,
      Optional<Duration> downtime,
      Optional<Duration> recovery,
      List<String> notes) {}

  /** The steps of a restore, in order. */
  List<String> steps();

  /**
   * Whether an attempt before has swapped, by what the swap left. If the tenant's data was gone, it
   * left nothing: then the backup is restored once more, and what is there is kept for an undo.
   */
  boolean isDone(RestoreWork work);

  /** Restores beside the live data, checks what was restored, and puts it in its place. */
  Swapped replace(RestoreWork work) throws InterruptedException;

  /** What is kept of the data that was replaced. */
  Restore.Former former(RestoreWork work, Instant expiry);

  /** Drops what an attempt may have left beside the live data. */
  void discard(ClusterAccess access, Restore restore);

  /** Whether what was replaced is back in its place, by what the undo left. */
  boolean isUndone(ClusterAccess access, Restore restore);

  /** Puts back what was replaced, and keeps what was in its place. */
  void undo(ClusterAccess access, TenantLocation tenant, Restore restore);

  /** Drops what is kept; none of it left is fine too. */
  void drop(ClusterAccess access, Restore restore, Restore.Former kept);
}
