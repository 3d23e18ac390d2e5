package io.tenantry.kernel.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.jobs")
interface JobsConfig {

  /** Whether this service has jobs; fixed at build time. */
  @WithDefault("false")
  boolean enabled();

  /** The limit of jobs that run at the same time on this replica. */
  @WithDefault("10")
  int parallelism();

  /** How often to poll for due jobs that were not announced. */
  @WithDefault("1s")
  Duration pollInterval();

  /**
   * The heartbeat interval of a replica. After four missed heartbeats another replica takes its
   * jobs.
   */
  @WithDefault("5s")
  Duration heartbeat();

  /**
   * After SIGTERM, how long running jobs may continue; then they are interrupted, and may take as
   * long again to be released.
   */
  @WithDefault("2s")
  Duration drain();

  /** How long finished jobs are kept. */
  @WithDefault("30d")
  Duration retention();
}
