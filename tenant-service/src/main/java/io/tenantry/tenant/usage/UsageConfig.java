package io.tenantry.tenant.usage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the usage of tenants is sampled, and how long it is kept. */
@ConfigMapping(prefix = "tenantry.usage")
interface UsageConfig {

  /** Whether this replica may sample ({@code USAGE_SAMPLING}). */
  @WithDefault("true")
  boolean sampling();

  /**
   * The interval between readings of the counters and connections of a cluster ({@code
   * USAGE_READ_INTERVAL}); at most 30 minutes.
   */
  @WithDefault("5m")
  Duration readInterval();

  /** How long hours are kept ({@code USAGE_HOURLY_RETENTION}); at least 3 days. */
  @WithDefault("30d")
  Duration hourlyRetention();

  /** How long days are kept ({@code USAGE_DAILY_RETENTION}); at least as long as hours. */
  @WithDefault("400d")
  Duration dailyRetention();

  /** How often the sampler looks for work. */
  @WithDefault("30s")
  Duration pollInterval();

  /** How long a replica may sample without renewing its lease. */
  @WithDefault("3m")
  Duration lease();

  /** The timeout of a statement in a tenant's database. */
  @WithDefault("5s")
  Duration statementTimeout();
}
