package io.tenantry.backup.backup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.backup.making")
interface BackupConfig {

  /** How many times a backup is attempted. */
  @WithDefault("4")
  int attempts();

  /** The delay before the second attempt; doubled for each further one. */
  @WithDefault("10s")
  Duration retryDelay();

  /** The longest delay between attempts. */
  @WithDefault("5m")
  Duration maxRetryDelay();

  /** The delay before a retry while another operation holds the tenant. */
  @WithDefault("3s")
  Duration busyDelay();

  /** Days a backup is kept if the tenant has no schedule ({@code BACKUP_RETENTION_DAYS}). */
  @WithDefault("30")
  int retentionDays();
}
