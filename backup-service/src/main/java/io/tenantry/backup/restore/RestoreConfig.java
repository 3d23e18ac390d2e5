package io.tenantry.backup.restore;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.restore")
interface RestoreConfig {

  /** How long what was replaced is kept for an undo ({@code RESTORE_UNDO_WINDOW}). */
  @WithDefault("24h")
  Duration undoWindow();

  /** How often a restore is tried. */
  @WithDefault("3")
  int attempts();

  /** The pause after the first attempt; then doubled. */
  @WithDefault("5s")
  Duration retryDelay();

  /** How long to wait for a tenant that something else is done to. */
  @WithDefault("3s")
  Duration busyDelay();
}
