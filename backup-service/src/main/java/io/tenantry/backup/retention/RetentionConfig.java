package io.tenantry.backup.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.retention")
interface RetentionConfig {

  /** When it is run ({@code BACKUP_RETENTION_CRON}): Quartz cron in UTC, or - for never. */
  @WithDefault("0 30 5 * * ?")
  String cron();

  /**
   * How many backups and files one run removes at most ({@code BACKUP_RETENTION_MAX_DELETIONS}). A
   * run that would remove more removes nothing, and waits for one with {@code force}.
   */
  @WithDefault("1000")
  int maxDeletions();

  /**
   * The percentage of all stored backups that one run removes at most ({@code
   * BACKUP_RETENTION_MAX_SHARE}), as with the number.
   */
  @WithDefault("25")
  int maxShare();

  /** How many one run may remove whatever share of all that is. */
  @WithDefault("20")
  int smallNumber();

  /** How old a file must be before it can be taken for one that no backup has. */
  @WithDefault("1d")
  Duration orphanAge();

  /**
   * How long ago a file that is named as a backup and is none must have been seen first before it
   * is removed ({@code BACKUP_RETENTION_ORPHAN_WAIT}).
   */
  @WithDefault("7d")
  Duration orphanWait();

  /**
   * How long the final backup of a deleted tenant is kept at least ({@code TOMBSTONE_RETENTION}, as
   * for tenant-service), and as long as the tenant is remembered.
   */
  @WithDefault("90d")
  Duration finalBackup();

  /** How many a report names of each. */
  @WithDefault("500")
  int named();
}
