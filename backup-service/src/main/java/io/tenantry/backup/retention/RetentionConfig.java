package io.tenantry.backup.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.retention")
interface RetentionConfig {

  /** When retention runs ({@code BACKUP_RETENTION_CRON}): Quartz cron in UTC, or - for never. */
  @WithDefault("0 30 5 * * ?")
  String cron();

  /**
   * The largest number of backups and files that one run removes ({@code
   * BACKUP_RETENTION_MAX_DELETIONS}). A run that would remove more removes nothing, unless it has
   * {@code force}.
   */
  @WithDefault("1000")
  int maxDeletions();

  /**
   * The largest percentage of all stored backups that one run removes ({@code
   * BACKUP_RETENTION_MAX_SHARE}), with the same effect.
   */
  @WithDefault("25")
  int maxShare();

  /** How many backups and files one run may remove whatever their share. */
  @WithDefault("20")
  int smallNumber();

  /** How old a file must be before it counts as orphaned. */
  @WithDefault("1d")
  Duration orphanAge();

  /**
   * How long a file that has a backup's name but is not a backup is kept after it was first seen
   * ({@code BACKUP_RETENTION_ORPHAN_WAIT}).
   */
  @WithDefault("7d")
  Duration orphanWait();

  /**
   * The minimum time that the final backup of a deleted tenant is kept ({@code
   * TOMBSTONE_RETENTION}, as for tenant-service). It is also kept as long as the registry has the
   * tenant.
   */
  @WithDefault("90d")
  Duration finalBackup();

  /** How many entries each list of a report has at most. */
  @WithDefault("500")
  int named();
}
