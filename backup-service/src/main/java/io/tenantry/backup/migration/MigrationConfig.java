package io.tenantry.backup.migration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** The defaults of migrations. */
@ConfigMapping(prefix = "tenantry.migration")
public interface MigrationConfig {

  /** How long a statement may wait for a lock, while other sessions queue up behind it. */
  @WithDefault("2s")
  Duration lockTimeout();

  /** How long a statement may take. */
  @WithDefault("15m")
  Duration statementTimeout();

  /** How many times a migration is attempted that does not get its locks. */
  @WithDefault("8")
  int attempts();

  /**
   * How many times a migration is attempted whose server is unavailable. The variable {@code
   * MIGRATION_ATTEMPTS_AWAY} is deprecated; it is used if this one is not set.
   */
  @WithDefault("40")
  @WithName("attempts-away")
  int attemptsUnavailable();

  /**
   * The delay before the second attempt; doubled for each further one, with up to 50 % of jitter.
   */
  @WithDefault("500ms")
  Duration retryDelay();

  /** The longest delay between attempts. */
  @WithDefault("30s")
  Duration maxRetryDelay();

  /**
   * The delay before a retry while another operation holds the tenant, or while its backup runs.
   */
  @WithDefault("2s")
  Duration busyDelay();

  /** Tenants of one campaign that are migrated at the same time. */
  @WithDefault("8")
  int parallelism();

  /** Tenants in a wave. */
  @WithDefault("100")
  int waveSize();

  /** How long a version must be current before a campaign assumes that all new tenants have it. */
  @WithDefault("3s")
  Duration settling();
}
