package io.tenantry.tenant.lifecycle;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.lifecycle")
interface LifecycleConfig {

  /**
   * How long a deletion waits for the final backup ({@code FINAL_BACKUP_DEADLINE}). Then it is
   * given up, and the tenant is suspended with all its data.
   */
  @WithDefault("1h")
  Duration finalBackupDeadline();

  /** How long to wait before a change that the cluster did not take is tried again. */
  @WithDefault("5s")
  Duration retryDelay();

  /** How long a deleted tenant is remembered ({@code TOMBSTONE_RETENTION}). */
  @WithDefault("90d")
  Duration tombstoneRetention();

  /** How often unfinished changes are looked for. */
  @WithDefault("2s")
  Duration recoveryInterval();

  /** How often sessions of blocked tenants are looked for. */
  @WithDefault("10s")
  Duration blockedSessionsInterval();

  /** How often deleted tenants past the retention are looked for. */
  @WithDefault("1h")
  Duration purgeInterval();
}
