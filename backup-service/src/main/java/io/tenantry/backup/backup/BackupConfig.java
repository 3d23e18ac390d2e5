package io.tenantry.backup.backup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.backup.making")
interface BackupConfig {

  /** How often a backup is tried. */
  @WithDefault("4")
  int attempts();

  /** The pause after the first attempt; then doubled. */
  @WithDefault("10s")
  Duration retryDelay();

  /** The longest such pause. */
  @WithDefault("5m")
  Duration maxRetryDelay();

  /** How long to wait for a tenant that something else is done to. */
  @WithDefault("3s")
  Duration busyDelay();

  /**
   * Days a backup is kept of a tenant for which nothing is said ({@code BACKUP_RETENTION_DAYS}).
   */
  @WithDefault("30")
  int retentionDays();
}
