package io.tenantry.ingestion.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Default rate limits of tenants and instances. Public, so that Hibernate Validator can check its
 * constraints.
 */
@ConfigMapping(prefix = "tenantry.limits")
public interface LimitsConfig {

  Rate tenant();

  Rate instance();

  /** Interval at which limits are read again, so that a change on another replica takes effect. */
  @WithDefault("5s")
  Duration refresh();

  /** A rate limit, per replica of the service. */
  interface Rate {

    /**
     * Rate limit: maximum number of events per period and replica; they may arrive in one burst.
     */
    @WithDefault("10000")
    long events();

    /** Length of the rate limit's period. */
    @WithDefault("1s")
    Duration period();
  }
}
