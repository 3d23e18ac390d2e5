package io.tenantry.tenant.lifecycle;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Timeouts and intervals of suspending, resuming and deleting tenants. */
@ConfigMapping(prefix = "tenantry.lifecycle")
interface LifecycleConfig {

  /**
   * How long a deletion waits for the final backup ({@code FINAL_BACKUP_DEADLINE}). After this time
   * the deletion is cancelled, and the tenant is suspended and keeps its data.
   */
  @WithDefault("1h")
  Duration finalBackupDeadline();

  /** The delay before a change that could not be applied on the cluster is retried. */
  @WithDefault("5s")
  Duration retryDelay();

  /** How long the tombstone of a deleted tenant is kept ({@code TOMBSTONE_RETENTION}). */
  @WithDefault("90d")
  Duration tombstoneRetention();

  /** The interval between searches for unfinished changes. */
  @WithDefault("2s")
  Duration recoveryInterval();

  /** The interval between searches for sessions of blocked tenants. */
  @WithDefault("10s")
  Duration blockedSessionsInterval();

  /** The interval between purges of deleted tenants past the retention. */
  @WithDefault("1h")
  Duration purgeInterval();
}
