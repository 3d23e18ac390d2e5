package io.tenantry.ingestion.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * How many events are accepted, unless something else is set for a tenant or an instance. Public,
 * or it could not be checked.
 */
@ConfigMapping(prefix = "tenantry.limits")
public interface LimitsConfig {

  Rate tenant();

  Rate instance();

  /** After how long a limit that was changed on another replica holds here. */
  @WithDefault("5s")
  Duration refresh();

  /** A rate, for each replica of the service. */
  interface Rate {

    /** How many in each period; they may come all at once. */
    @WithDefault("10000")
    long events();

    /** How long that period is. */
    @WithDefault("1s")
    Duration period();
  }
}
