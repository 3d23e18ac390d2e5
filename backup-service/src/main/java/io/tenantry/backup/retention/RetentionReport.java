package io.tenantry.backup.retention;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.orphan.OrphanFile;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a run of the retention removes, or removed. The lists name the first of many; the numbers
 * count all.
 *
 * @param held whether this is more than the limit: then nothing of it is removed, unless by force
 * @param limit how many backups and files a run removes at most without force
 * @param expiredCount how many backups are kept no longer
 * @param orphanCount how many stored files belong to no backup, and go
 * @param bytes how many bytes these take
 * @param waitingCount how many files are named as backups and are none, and go if they are still
 *     there in some days
 * @param importableCount how many stored backups have no record, and are kept; {@code
 *     /api/v1/backups/orphans} lists them
 * @param foreignCount how many files are not Tenantry's, and are kept
 * @param blockedCount how many backups would have expired, were their files not in a store that is
 *     refused
 * @param failedCount how many backups and files a run could not remove; the next one retries
 * @param refusedStores the stores in which nothing is removed, because they are not surely this
 *     installation's
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

  /** A backup that is kept no longer. */
  @RegisterForReflection
  public record ExpiredBackup(
      UUID backupId, UUID tenantId, String kind, Instant completedAt, long bytes) {}
}
