package io.tenantry.backup.retention;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.orphan.OrphanFile;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a retention run would remove, or has removed. The counts are complete; the lists have the
 * first entries only.
 *
 * @param held whether this is more than the limit: then nothing is removed without {@code force}
 * @param limit the number of backups and files that a run may remove without {@code force}
 * @param expiredCount the number of expired backups
 * @param orphanCount the number of orphaned files that are removed
 * @param bytes the size of these backups and files
 * @param waitingCount the number of files that have a backup's name but are not backups, and are
 *     removed after a waiting time
 * @param importableCount the number of stored backups without a record, which are kept; {@code
 *     /api/v1/backups/orphans} lists them
 * @param foreignCount the number of files that are not Tenantry's, which are kept
 * @param blockedCount the number of backups that would have expired if their files were not in a
 *     refused store
 * @param failedCount the number of backups and files that the run could not remove; the next run
 *     retries
 * @param refusedStores the stores in which nothing is removed, because they do not have this
 *     installation's marker
 */
@RegisterForReflection
public record RetentionReport(
    boolean held,
    int limit,
    int expiredCount,
    int orphanCount,
    long bytes,
    int waitingCount,
    int importableCount,
    int foreignCount,
    int blockedCount,
    int failedCount,
    List<ExpiredBackup> expired,
    List<OrphanFile> orphans,
    List<OrphanFile> waiting,
    List<OrphanFile> foreign,
    List<String> refusedStores) {

  /** An expired backup. */
  @RegisterForReflection
  public record ExpiredBackup(
      UUID backupId, UUID tenantId, String kind, Instant completedAt, long bytes) {}
}
