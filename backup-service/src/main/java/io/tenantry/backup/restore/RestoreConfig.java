package io.tenantry.backup.restore;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.restore")
interface RestoreConfig {

  /** How long replaced data is kept for an undo ({@code RESTORE_UNDO_WINDOW}). */
  @WithDefault("24h")
  Duration undoWindow();

  /** How many times a restore is attempted. */
  @WithDefault("3")
  int attempts();

  /** The delay before the second attempt; doubled for each further one. */
  @WithDefault("5s")
  Duration retryDelay();

  /** The delay before a retry while another operation holds the tenant. */
  @WithDefault("3s")
  Duration busyDelay();
}
