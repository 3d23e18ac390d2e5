package io.tenantry.tenant.orphan;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the reaper works. */
@ConfigMapping(prefix = "tenantry.reaper")
interface ReaperConfig {

  /** How often orphans are searched; one is removed when it was seen twice. */
  Duration interval();

  /** How many orphans it removes at one look; if there are more, it removes none and reports. */
  @WithDefault("20")
  int maxRemovals();
}
