package io.tenantry.kernel.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.jobs")
interface JobsConfig {

  /** Whether this service has jobs; fixed at build time. */
  @WithDefault("false")
  boolean enabled();

  /** Jobs that run at once on this replica, at most. */
  @WithDefault("10")
  int parallelism();

  /** How often due jobs are looked for when nobody said that there are some. */
  @WithDefault("1s")
  Duration pollInterval();

  /** How often a replica says that it is alive. Silent four times, its jobs are another's. */
  @WithDefault("5s")
  Duration heartbeat();

  /**
   * After SIGTERM, how long jobs in hand may take to end; then they are interrupted, and may take
   * as long again to be handed back.
   */
  @WithDefault("2s")
  Duration drain();

  /** How long jobs that have ended are shown. */
  @WithDefault("30d")
  Duration retention();
}
