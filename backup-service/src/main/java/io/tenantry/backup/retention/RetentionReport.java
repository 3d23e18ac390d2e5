package io.tenantry.backup.retention;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a run of the retention removes, or removed. The lists name the first of many; the numbers
 * count all.
 *
 * @param expiredCount how many backups are kept no longer
 * @param orphanCount how many stored files belong to no backup
 * @param bytes how many bytes these take
 */
@RegisterForReflection
public record RetentionReport(
    int expiredCount,
    int orphanCount,
    long bytes,
    List<ExpiredBackup> expired,
    List<OrphanFile> orphans) {

  /** A backup that is kept no longer. */
  @RegisterForReflection
  public record ExpiredBackup(
      UUID backupId, UUID tenantId, String kind, Instant completedAt, long bytes) {}

  /** A file in a store that belongs to no backup. */
  @RegisterForReflection
  public record OrphanFile(String store, String key, long bytes, Instant modifiedAt) {}
}
