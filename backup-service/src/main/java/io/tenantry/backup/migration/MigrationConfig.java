package io.tenantry.backup.migration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How tenants are migrated where a request does not say otherwise. */
@ConfigMapping(prefix = "tenantry.migration")
public interface MigrationConfig {

  /** How long a statement may wait for a lock, and with it whoever queues up behind it. */
  @WithDefault("2s")
  Duration lockTimeout();

  /** How long a statement may take. */
  @WithDefault("15m")
  Duration statementTimeout();

  /** How often a migration is tried that waits too long for a lock. */
  @WithDefault("8")
  int attempts();

  /** How often a migration is tried whose server is away. */
  @WithDefault("40")
  int attemptsAway();

  /** The pause after the first attempt; then doubled, each half as long to half as long again. */
  @WithDefault("500ms")
  Duration retryDelay();

  /** The longest such pause. */
  @WithDefault("30s")
  Duration maxRetryDelay();

  /** How long to wait for a tenant that something else is done to, or for its backup. */
  @WithDefault("2s")
  Duration busyDelay();

  /** Tenants of one campaign that are migrated at once. */
  @WithDefault("8")
  int parallelism();

  /** Tenants in a wave. */
  @WithDefault("100")
  int waveSize();

  /** How long a version may be the current one before a campaign relies on all new tenants. */
  @WithDefault("3s")
  Duration settling();
}
